/** One rule: about what, how, and which values. */

import { ActionIcon, Autocomplete, Checkbox, Select, TagsInput, TextInput } from '@mantine/core';
import { type RuleKind, useFlags } from '../../api/flags';
import { usePersonKeys, useValues } from '../../api/names';
import { Icon } from '../../ui/icons';
import type { Wrong } from './FlagForm';
import { type DraftRule, operatorsOf, shapeOf } from './draft';
import classes from './Flags.module.css';

const KINDS: { value: RuleKind; label: string }[] = [
  { value: 'person', label: 'Person' },
  { value: 'flag', label: 'Another flag' },
  { value: 'cohort', label: 'Cohort' },
  { value: 'group', label: 'Group' },
];

interface Props {
  rule: DraftRule;
  own: string;
  wrong: Wrong;
  change: (next: DraftRule) => void;
  remove: () => void;
}

function OtherFlag({ rule, own, wrong, change }: Omit<Props, 'remove'>) {
  const flags = (useFlags().data ?? []).filter((flag) => flag.key !== own && !flag.archived);
  const keys = flags.map((flag) => flag.key);
  const data = rule.key && !keys.includes(rule.key) ? [rule.key, ...keys] : keys;
  return <Select size="xs" aria-label="Flag" placeholder="Which flag" searchable data={data} value={rule.key || null} error={wrong('key')} nothingFoundMessage="No such flag" onChange={(key) => change({ ...rule, key: key ?? '', values: ['true'] })} />;
}

function FlagAnswer({ rule, wrong, change }: Omit<Props, 'remove' | 'own'>) {
  const flag = useFlags().data?.find((one) => one.key === rule.key);
  const variants = flag?.filters.multivariate?.variants.map((one) => one.key) ?? [];
  const known = [{ value: 'true', label: 'on' }, { value: 'false', label: 'off' }, ...variants.map((key) => ({ value: key, label: key }))];
  const value = rule.values[0] ?? 'true';
  const data = known.some((one) => one.value === value) ? known : [...known, { value, label: value }];
  return <Select size="xs" aria-label="Answer" allowDeselect={false} data={data} value={value} error={wrong('value')} onChange={(next) => change({ ...rule, values: [next ?? 'true'] })} />;
}

function Values({ rule, wrong, change }: Omit<Props, 'remove' | 'own'>) {
  const suggested = useValues({ of: 'person', name: rule.key }, rule.kind === 'person' && rule.key !== '' && rule.key !== 'distinct_id');
  const shape = shapeOf(rule.operator);
  const set = (values: string[]) => change({ ...rule, values });
  const error = wrong('value');
  if (shape === 'none') return <span />;
  if (shape === 'many') return <TagsInput size="xs" aria-label="Values" placeholder={rule.values.length === 0 ? 'Values' : undefined} data={suggested} limit={20} value={rule.values} error={error} onChange={set} />;
  if (shape === 'two') {
    return (
      <div className={classes.pair}>
        <TextInput size="xs" aria-label="From" placeholder="From" inputMode="decimal" value={rule.values[0] ?? ''} error={error} onChange={(event) => set([event.currentTarget.value, rule.values[1] ?? ''])} />
        <TextInput size="xs" aria-label="To" placeholder="To" inputMode="decimal" value={rule.values[1] ?? ''} onChange={(event) => set([rule.values[0] ?? '', event.currentTarget.value])} />
      </div>
    );
  }
  const hint = rule.operator.startsWith('is_date') ? '2026-12-31 or -7d' : rule.operator.startsWith('semver') ? '1.2.3' : rule.kind === 'cohort' ? 'Number or name' : 'Value';
  return <Autocomplete size="xs" aria-label="Value" placeholder={hint} data={suggested} limit={20} value={rule.values[0] ?? ''} error={error} onChange={(text) => set([text])} />;
}

export function RuleEditor({ rule, own, wrong, change, remove }: Props) {
  const keys = usePersonKeys();
  const ofKind = (kind: RuleKind) => {
    const [first] = operatorsOf(kind);
    change({ ...rule, kind, key: kind === 'cohort' ? 'id' : '', operator: first?.operator ?? 'exact', values: kind === 'flag' ? ['true'] : [] });
  };
  const ofOperator = (operator: string) => change({ ...rule, operator, values: shapeOf(operator) === 'one' ? rule.values.slice(0, 1) : rule.values.filter(Boolean) });
  return (
    <div className={classes.rule}>
      <div><Select size="xs" aria-label="About" allowDeselect={false} data={KINDS} value={rule.kind} error={wrong('type')} onChange={(next) => ofKind((next ?? 'person') as RuleKind)} /></div>
      <div>
        {rule.kind === 'flag' ? <OtherFlag rule={rule} own={own} wrong={wrong} change={change} /> : rule.kind !== 'cohort' && <Autocomplete size="xs" aria-label="Property" placeholder="Property" data={rule.kind === 'person' ? ['distinct_id', ...keys] : []} limit={50} value={rule.key} error={wrong('key')} onChange={(key) => change({ ...rule, key })} />}
      </div>
      <div>
        <Select size="xs" aria-label="Operator" allowDeselect={false} searchable maxDropdownHeight={320} data={operatorsOf(rule.kind).map((one) => ({ value: one.operator, label: one.label }))} value={rule.operator} error={wrong('operator')} onChange={(next) => ofOperator(next ?? rule.operator)} />
        {rule.was?.negation && <Checkbox size="xs" mt={6} label="Turned around" checked={rule.negation} onChange={(event) => change({ ...rule, negation: event.currentTarget.checked })} />}
      </div>
      <div>{rule.kind === 'flag' ? <FlagAnswer rule={rule} wrong={wrong} change={change} /> : <Values rule={rule} wrong={wrong} change={change} />}</div>
      <ActionIcon variant="subtle" color="gray" aria-label="Remove this rule" onClick={remove}><Icon name="close" size={14} /></ActionIcon>
    </div>
  );
}
