/** Name, time zone, first day of the week, and which events count as what. */

import { Button, Select, TagsInput, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { type Settings, saveSettings, useSettings } from '../../api/admin';
import { useEventNames } from '../../api/names';
import { isAdmin, useViewer } from '../../api/viewer';
import { Panel } from '../../ui/Panel';
import { Await } from '../../ui/states';
import { useAction } from '../../ui/useAction';
import classes from './Settings.module.css';

const LABELS: Record<string, string> = {
  page_view: 'Page views', screen_view: 'Screen views', content_view: 'Content views', engagement: 'Engagement',
  error: 'Errors', performance: 'Performance', purchase: 'Purchases', sign_up: 'Sign-ups',
};

function zones(current: string): string[] {
  const all = Intl.supportedValuesOf('timeZone');
  return [...new Set(['UTC', current, ...all])];
}

function Form({ settings }: { settings: Settings }) {
  const [name, setName] = useState(settings.name);
  const [zone, setZone] = useState(settings.time_zone);
  const [week, setWeek] = useState(settings.week_start);
  const [types, setTypes] = useState(settings.classes ?? {});
  const [saved, setSaved] = useState(false);
  const { busy, wrong, run } = useAction(['settings', 'door', 'ask']);
  const events = useEventNames();
  const locked = !isAdmin(useViewer());
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const change = { name, time_zone: zone, week_start: week, ...(settings.classes && { classes: types }) };
    setSaved(await run(() => saveSettings(change)));
  };
  return (
    <form className={classes.form} onSubmit={(event) => void submit(event)} onChange={() => setSaved(false)}>
      <fieldset disabled={locked} className={classes.form}>
      <TextInput label="Name" required value={name} onChange={(e) => setName(e.currentTarget.value)} />
      <Select label="Time zone" description="Of dates, buckets and everything shown here" searchable allowDeselect={false} data={zones(zone)} value={zone} onChange={(next) => setZone(next ?? zone)} limit={60} />
      <Select label="A week begins on" allowDeselect={false} value={week} onChange={(next) => setWeek(next ?? week)}
        data={[{ value: 'monday', label: 'Monday' }, { value: 'sunday', label: 'Sunday' }, { value: 'saturday', label: 'Saturday' }]} />
      {Object.keys(types).length > 0 && <h2 className={classes.sub}>Which events count as</h2>}
      {Object.entries(types).map(([key, list]) => (
        <TagsInput key={key} label={LABELS[key] ?? key} data={events} value={list} onChange={(next) => setTypes({ ...types, [key]: next })} />
      ))}
      {wrong && <p role="alert" className={classes.wrong}>{wrong}</p>}
      <div className={classes.row}>
        <Button type="submit" size="xs" loading={busy}>Save</Button>
        <span role="status" className="muted">{locked ? 'Only admins may change this' : saved ? 'Saved' : ''}</span>
      </div>
      </fieldset>
    </form>
  );
}

export function General() {
  const settings = useSettings();
  return (
    <Panel label="General">
      <Await of={{ ...settings, isPlaceholderData: false }} height={320}>{(found) => <Form settings={found} />}</Await>
    </Panel>
  );
}
