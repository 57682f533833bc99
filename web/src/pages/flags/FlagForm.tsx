/** The fields of a flag. What the server finds wrong stands beside the field it is about. */

import { Button, Switch, TextInput, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { type Flag, FLAGS, changeFlag, makeFlag } from '../../api/flags';
import { isAdmin, useViewer, useZone } from '../../api/viewer';
import { isoOf, localOf } from '../../format/time';
import { Icon } from '../../ui/icons';
import { Panel } from '../../ui/Panel';
import { useAction } from '../../ui/useAction';
import { navigate } from '../../url/router';
import { GroupEditor } from './GroupEditor';
import { ScheduleEditor } from './ScheduleEditor';
import { VariantsEditor } from './VariantsEditor';
import { type Draft, EMPTY, NoJson, changeOf, draftOf, newGroup } from './draft';
import classes from './Flags.module.css';

/** Of a field, what is wrong with it. */
export type Wrong = (field: string) => string | undefined;

function Conditions({ draft, set, own, wrong }: { draft: Draft; set: (part: Partial<Draft>) => void; own: string; wrong: Wrong }) {
  const { groups } = draft;
  return (
    <Panel title="Who gets it">
      <p className={classes.note}>
        {groups.length === 0 ? 'Without a condition nobody gets it.' : 'The first condition that holds decides. Raising a percentage only adds people.'}
      </p>
      {groups.map((group, i) => (
        <GroupEditor key={group.id} group={group} index={i} variants={draft.variants} own={own} wrong={(field) => wrong(`filters.groups[${i}].${field}`)}
          change={(next) => set({ groups: groups.map((one, at) => (at === i ? next : one)) })}
          remove={() => set({ groups: groups.filter((_, at) => at !== i) })} />
      ))}
      <Button size="xs" variant="default" mt={8} leftSection={<Icon name="plus" size={12} />} onClick={() => set({ groups: [...groups, newGroup()] })}>Add a condition</Button>
    </Panel>
  );
}

function About({ draft, set, isNew, wrong }: { draft: Draft; set: (part: Partial<Draft>) => void; isNew: boolean; wrong: Wrong }) {
  return (
    <Panel title="About">
      <div className={classes.about}>
        {isNew && <TextInput label="Key" required description="Its name in code; it stays" placeholder="new_checkout" value={draft.key} error={wrong('key')} onChange={(event) => set({ key: event.currentTarget.value })} />}
        <TextInput label="Name" description={isNew ? 'For people' : undefined} value={draft.name} error={wrong('name')} onChange={(event) => set({ name: event.currentTarget.value })} />
        <Textarea label="What it is for" autosize minRows={1} maxRows={6} className={isNew ? classes.wideField : undefined} value={draft.description} error={wrong('description')} onChange={(event) => set({ description: event.currentTarget.value })} />
        <Switch label="On" description="Off answers everybody with off" checked={draft.active} error={wrong('active')} onChange={(event) => set({ active: event.currentTarget.checked })} />
        <Switch label="Logging in does not change the answer" description="The id a person was first seen with is kept" checked={draft.continuity} onChange={(event) => set({ continuity: event.currentTarget.checked })} />
      </div>
    </Panel>
  );
}

export function FlagForm({ flag }: { flag: Flag | null }) {
  const zone = useZone();
  const locked = !isAdmin(useViewer());
  const [draft, setDraft] = useState<Draft>(() => (flag ? draftOf(flag, (iso) => localOf(iso, zone)) : { ...EMPTY, groups: [newGroup()] }));
  const [touched, setTouched] = useState(false);
  const [noJson, setNoJson] = useState<NoJson | null>(null);
  const { busy, wrong, fields, of, run } = useAction([FLAGS]);
  const set = (part: Partial<Draft>) => { setDraft((all) => ({ ...all, ...part })); setTouched(true); };
  const about: Wrong = (field) => (noJson?.field === field ? noJson.message : of(field));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setNoJson(null);
    void run(async () => {
      try {
        const change = changeOf(draft, flag, (local) => isoOf(local, zone));
        if (flag) await changeFlag(flag.id, change);
        else navigate(`/flags/${(await makeFlag(change)).id}`);
      } catch (error) {
        if (error instanceof NoJson) setNoJson(error);
        throw error;
      }
    });
  };
  const told = noJson ? ['One of the payloads is no JSON'] : fields.length > 0 ? fields.map((one) => one.message) : wrong ? [wrong] : [];
  return (
    <form onSubmit={submit} aria-label="Flag">
      <fieldset disabled={locked} className={classes.form}>
        <About draft={draft} set={set} isNew={flag === null} wrong={about} />
        <Conditions draft={draft} set={set} own={flag?.key ?? draft.key} wrong={about} />
        <VariantsEditor draft={draft} set={set} wrong={about} />
        <ScheduleEditor turns={draft.schedule} set={(schedule) => set({ schedule })} wrong={about} />
        {told.length > 0 && <div role="alert"><ul className={classes.wrong}>{told.map((one) => <li key={one}>{one}</li>)}</ul></div>}
        <div className={classes.save}>
          <Button type="submit" size="xs" loading={busy} disabled={flag !== null && !touched}>{flag ? 'Save' : 'Make the flag'}</Button>
          <span role="status" className="muted">{locked ? 'Only admins may change this' : flag === null ? '' : touched ? 'Not saved yet' : `Version ${flag.version}`}</span>
        </div>
      </fieldset>
    </form>
  );
}
