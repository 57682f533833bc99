/** One series or step: the event, its measure, its conditions. */

import { ActionIcon, Select } from '@mantine/core';
import type { Measure } from '../../api/question';
import { useTaxonomy } from '../../api/names';
import { count } from '../../format/number';
import { MEASURES, type Part, letter } from '../../question/insight';
import { SubjectSelect } from '../../ui/ConditionEditor';
import { Chips } from '../../ui/FilterBar';
import { Icon } from '../../ui/icons';
import classes from './Insights.module.css';

const ANY = '\u0000any';

function EventSelect({ value, change, label }: { value: string | null; change: (event: string | null) => void; label?: string }) {
  const known = useTaxonomy().data?.result.events ?? [];
  const counts = new Map(known.map((event) => [event.name, event.count]));
  const names = known.map((event) => event.name);
  if (value !== null && !counts.has(value)) names.unshift(value);
  return (
    <Select size="xs" label={label} aria-label={label ?? 'Event'} searchable allowDeselect={false} maxDropdownHeight={300} className={classes.grow}
      data={[{ value: ANY, label: 'Any event' }, ...names.map((name) => ({ value: name, label: name }))]}
      value={value ?? ANY} onChange={(next) => change(next === ANY ? null : next)} nothingFoundMessage="No such event"
      renderOption={({ option }) => (
        <span style={{ display: 'flex', width: '100%', justifyContent: 'space-between', gap: 8 }}>
          <span className="cut">{option.label}</span>
          <span className="muted num">{counts.has(option.value) ? count(counts.get(option.value)) : ''}</span>
        </span>
      )} />
  );
}

interface Props {
  part: Part;
  index: number;
  /** Null shows the letter of the series, nothing shows nothing. */
  badge: string | null;
  label?: string;
  measures: boolean;
  change: (next: Part) => void;
  remove?: () => void;
}

export function PartEditor({ part, index, badge, label, measures, change, remove }: Props) {
  const needs = MEASURES.find((one) => one.measure === part.measure)?.numeric ?? false;
  return (
    <div className={classes.part}>
      <div className={classes.partHead}>
        {badge !== '' && <span className={classes.letter} aria-hidden="true">{badge ?? letter(index)}</span>}
        <EventSelect label={label} value={part.event} change={(event) => change({ ...part, event })} />
        {remove && (
          <ActionIcon variant="subtle" color="gray" aria-label={`Remove ${badge ?? letter(index)}`} onClick={remove}><Icon name="close" size={14} /></ActionIcon>
        )}
      </div>
      {measures && (
        <div className={needs ? classes.pair : undefined}>
          <Select size="xs" aria-label="Measure" allowDeselect={false} maxDropdownHeight={360} data={MEASURES.map((one) => ({ value: one.measure, label: one.label }))}
            value={part.measure} onChange={(next) => change({ ...part, measure: next as Measure })} />
          {needs && <SubjectSelect placeholder="Property" value={part.of} change={(of) => change({ ...part, of })} />}
        </div>
      )}
      <Chips quiet conditions={part.filters} change={(filters) => change({ ...part, filters })} />
    </div>
  );
}
