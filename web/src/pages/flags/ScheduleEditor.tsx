/** When a flag goes on and off by itself. */

import { ActionIcon, Button, Select, TextInput } from '@mantine/core';
import { useZone } from '../../api/viewer';
import { localOf } from '../../format/time';
import { Icon } from '../../ui/icons';
import { Panel } from '../../ui/Panel';
import type { Wrong } from './FlagForm';
import { type DraftTurn, fresh } from './draft';
import classes from './Flags.module.css';

const DAY = 86_400_000;

export function ScheduleEditor({ turns, set, wrong }: { turns: DraftTurn[]; set: (next: DraftTurn[]) => void; wrong: Wrong }) {
  const zone = useZone();
  const change = (index: number, part: Partial<DraftTurn>) => set(turns.map((one, i) => (i === index ? { ...one, ...part } : one)));
  const add = () => set([...turns, { id: fresh(), at: localOf(new Date(Date.now() + DAY).toISOString(), zone), active: turns.length % 2 === 0 }]);
  return (
    <Panel title="Schedule">
      <p className={classes.note}>{turns.length === 0 ? 'It stays as it is until somebody changes it.' : `Times are those of ${zone}. The last turn that has passed decides.`}</p>
      <div className={classes.lines}>
        {turns.map((turn, i) => (
          <div key={turn.id} className={classes.turn}>
            <TextInput size="xs" type="datetime-local" aria-label={`Time of turn ${i + 1}`} value={turn.at} error={wrong(`schedule[${i}].at`)} onChange={(event) => change(i, { at: event.currentTarget.value })} />
            <Select size="xs" aria-label={`What turn ${i + 1} does`} allowDeselect={false} data={[{ value: 'on', label: 'goes on' }, { value: 'off', label: 'goes off' }]} value={turn.active ? 'on' : 'off'} onChange={(next) => change(i, { active: next === 'on' })} />
            <ActionIcon variant="subtle" color="gray" aria-label={`Remove turn ${i + 1}`} onClick={() => set(turns.filter((_, at) => at !== i))}><Icon name="close" size={14} /></ActionIcon>
          </div>
        ))}
        {wrong('schedule') && <p role="alert" className={classes.note} style={{ color: 'var(--bad)' }}>{wrong('schedule')}</p>}
        <div><Button size="xs" variant="default" leftSection={<Icon name="plus" size={12} />} onClick={add}>Add a turn</Button></div>
      </div>
    </Panel>
  );
}
