/** How long events are kept, and what would go when that is changed. */

import { NumberInput, Radio } from '@mantine/core';
import { useState } from 'react';
import type { Retention, Settings } from '../../api/admin';
import { useAnswer } from '../../api/ask';
import { count } from '../../format/number';
import { addDays, date, today } from '../../format/time';
import { OfSettings, SettingsForm } from './SettingsForm';
import classes from './Settings.module.css';

interface Preset {
  name: string;
  label: string;
  note: string;
  keeps: Retention;
}

const PRESETS: Preset[] = [
  { name: 'everything', label: 'As the server is set', note: 'For ever, where its operator has not said otherwise', keeps: { raw_days: null, hourly_days: null, daily_days: null } },
  { name: 'tracker', label: 'A year', note: 'Events and counts', keeps: { raw_days: 365, hourly_days: 365, daily_days: 365 } },
  { name: 'service', label: '90 days of events', note: 'A year of hourly and five years of daily counts', keeps: { raw_days: 90, hourly_days: 365, daily_days: 1826 } },
];

const LINES: { key: keyof Retention; label: string; none: string }[] = [
  { key: 'raw_days', label: 'Days of events', none: 'As the server is set' },
  { key: 'hourly_days', label: 'Days of hourly counts', none: 'For ever' },
  { key: 'daily_days', label: 'Days of daily, weekly and monthly counts', none: 'For ever' },
];

const same = (a: Retention, b: Retention) => LINES.every(({ key }) => a[key] === b[key]);

const LONG_DAYS = 3600;

/** What goes, and when. Days of retention are those of UTC. */
function Goes({ days }: { days: number }) {
  const first = addDays(today('UTC'), -days);
  const before = useAnswer<{ total: number }>({ kind: 'counts', range: { from: addDays(first, -LONG_DAYS), to: first } }, { keep: false });
  const found = before.data?.result.total;
  return (
    <p role="status" className={classes.warning}>
      {found === undefined ? 'Counting what would go …' : found === 0 ? `Nothing goes now: there are no events before ${date(first)}.`
        : `${count(found)} events from before ${date(first)} go. That begins within the hour, first in all answers, then on the disk, and cannot be taken back.`}
      {' '}From then on one more day goes every day (UTC).
    </p>
  );
}

function Fields({ settings }: { settings: Settings }) {
  const [keeps, setKeeps] = useState<Retention>(settings.retention ?? { raw_days: null, hourly_days: null, daily_days: null });
  const [own, setOwn] = useState(!PRESETS.some((one) => same(one.keeps, keeps)));
  const chosen = own ? 'own' : (PRESETS.find((one) => same(one.keeps, keeps))?.name ?? 'own');
  const choose = (name: string) => {
    const preset = PRESETS.find((one) => one.name === name);
    setOwn(preset === undefined);
    if (preset) setKeeps(preset.keeps);
  };
  return (
    <SettingsForm change={{ retention: keeps }} warning={keeps.raw_days !== null && <Goes days={keeps.raw_days} />}>
      <Radio.Group label="Keep" value={chosen} onChange={choose}>
        <div style={{ display: 'grid', gap: 10, marginTop: 8 }}>
          {PRESETS.map((one) => <Radio key={one.name} size="xs" value={one.name} label={one.label} description={one.note} />)}
          <Radio size="xs" value="own" label="Something else" />
        </div>
      </Radio.Group>
      {chosen === 'own' && LINES.map(({ key, label, none }) => (
        <NumberInput key={key} label={label} placeholder={none} min={1} max={36_500} allowDecimal={false} value={keeps[key] ?? ''} onChange={(next) => setKeeps({ ...keeps, [key]: typeof next === 'number' && next >= 1 ? next : null })} />
      ))}
    </SettingsForm>
  );
}

export const Keeping = () => <OfSettings label="Retention">{(settings) => <Fields settings={settings} />}</OfSettings>;
