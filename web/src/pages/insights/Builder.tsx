/** The fields of an insight. */

import { Autocomplete, Button, NumberInput, Select, Switch, TextInput } from '@mantine/core';
import { type Insight, bounds, newPart } from '../../question/insight';
import { SubjectSelect } from '../../ui/ConditionEditor';
import { Icon } from '../../ui/icons';
import { useEventNames } from '../../api/names';
import { PartEditor } from './PartEditor';
import classes from './Insights.module.css';

interface Props {
  insight: Insight;
  change: (next: Insight) => void;
}

function partTitle(insight: Insight, index: number): string | null {
  if (insight.kind === 'funnel') return String(index + 1);
  return insight.kind === 'trend' ? null : '';
}

const RETENTION = ['Persons who first did', 'and later did'];

export function Builder({ insight, change }: Props) {
  const [least, most] = bounds(insight.kind);
  const set = (part: Partial<Insight>) => change({ ...insight, ...part });
  const parts = insight.parts;
  return (
    <div className={classes.fields}>
      {parts.map((part, index) => (
        <PartEditor
          key={index}
          part={part}
          index={index}
          badge={partTitle(insight, index)}
          label={insight.kind === 'retention' ? RETENTION[index] : undefined}
          measures={insight.kind === 'trend'}
          change={(next) => set({ parts: parts.map((one, i) => (i === index ? next : one)) })}
          remove={parts.length > least ? () => set({ parts: parts.filter((_, i) => i !== index) }) : undefined}
        />
      ))}
      {parts.length < most && (
        <Button variant="default" size="xs" leftSection={<Icon name="plus" size={12} />} onClick={() => set({ parts: [...parts, newPart()] })}>
          {insight.kind === 'funnel' ? 'Add a step' : 'Add a series'}
        </Button>
      )}
      {insight.kind === 'trend' && <TrendFields insight={insight} set={set} />}
      {insight.kind === 'funnel' && <FunnelFields insight={insight} set={set} />}
      {insight.kind === 'retention' && <RetentionFields insight={insight} set={set} />}
      {insight.kind === 'paths' && <PathsFields insight={insight} set={set} />}
    </div>
  );
}

interface FieldsProps {
  insight: Insight;
  set: (part: Partial<Insight>) => void;
}

function TrendFields({ insight, set }: FieldsProps) {
  return (
    <>
      <SubjectSelect label="Break down by" placeholder="Nothing" clearable value={insight.breakdown} change={(breakdown) => set({ breakdown })} />
      <TextInput size="xs" label="Formula" placeholder="A / B * 100" defaultValue={insight.formula} key={insight.formula}
        onBlur={(e) => set({ formula: e.currentTarget.value })} onKeyDown={(e) => { if (e.key === 'Enter') set({ formula: e.currentTarget.value }); }} />
      <Switch size="xs" label="Cumulative" checked={insight.cumulative} onChange={(e) => set({ cumulative: e.currentTarget.checked })} />
    </>
  );
}

const HOURS = [
  { value: '1', label: '1 hour' }, { value: '24', label: '1 day' }, { value: '168', label: '7 days' },
  { value: '336', label: '14 days' }, { value: '720', label: '30 days' }, { value: '2160', label: '90 days' },
];

function FunnelFields({ insight, set }: FieldsProps) {
  const known = HOURS.some((one) => one.value === String(insight.window));
  const hours = known ? HOURS : [...HOURS, { value: String(insight.window), label: `${insight.window} hours` }];
  return (
    <>
      <div className={classes.pair}>
        <Select size="xs" label="Within" allowDeselect={false} data={hours} value={String(insight.window)} onChange={(next) => set({ window: Number(next) })} />
        <Select size="xs" label="Order" allowDeselect={false} value={insight.order} onChange={(next) => set({ order: next as Insight['order'] })}
          data={[{ value: 'ordered', label: 'In order' }, { value: 'strict', label: 'Strict' }, { value: 'unordered', label: 'Any order' }]} />
      </div>
      <SubjectSelect label="Break down by" placeholder="Nothing" clearable value={insight.breakdown} change={(breakdown) => set({ breakdown })} />
    </>
  );
}

function RetentionFields({ insight, set }: FieldsProps) {
  return (
    <>
      <div className={classes.pair}>
        <Select size="xs" label="Period" allowDeselect={false} value={insight.period} onChange={(next) => set({ period: next as Insight['period'] })}
          data={[{ value: 'hour', label: 'Hour' }, { value: 'day', label: 'Day' }, { value: 'week', label: 'Week' }, { value: 'month', label: 'Month' }]} />
        <NumberInput size="xs" label="Periods" min={1} max={90} allowDecimal={false} value={insight.periods} onChange={(next) => { if (typeof next === 'number' && next >= 1) set({ periods: Math.min(90, next) }); }} />
      </div>
      <Switch size="xs" label="Only their first time ever" checked={insight.first} onChange={(e) => set({ first: e.currentTarget.checked })} />
    </>
  );
}

function PathsFields({ insight, set }: FieldsProps) {
  const names = useEventNames();
  return (
    <>
      <div className={classes.pair}>
        <Select size="xs" label="Show" allowDeselect={false} value={insight.by} onChange={(next) => set({ by: next ?? 'event_type', start: '' })}
          data={[{ value: 'event_type', label: 'Events' }, { value: 'page_path', label: 'Pages' }]} />
        <NumberInput size="xs" label="Steps" min={2} max={10} allowDecimal={false} value={insight.depth} onChange={(next) => { if (typeof next === 'number' && next >= 2) set({ depth: Math.min(10, next) }); }} />
      </div>
      <Autocomplete size="xs" label="Start at" placeholder="The first one" data={insight.by === 'event_type' ? names : []} key={insight.start} defaultValue={insight.start}
        onOptionSubmit={(start) => set({ start })} onBlur={(e) => { if (e.currentTarget.value !== insight.start) set({ start: e.currentTarget.value }); }} />
    </>
  );
}
