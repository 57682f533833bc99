/** One condition of a flag: its rules, and the share of those who match. */

import { ActionIcon, Button, NumberInput, Select, Slider } from '@mantine/core';
import { Icon } from '../../ui/icons';
import type { Wrong } from './FlagForm';
import { RuleEditor } from './RuleEditor';
import { type DraftGroup, type DraftVariant, newRule } from './draft';
import classes from './Flags.module.css';

interface Props {
  group: DraftGroup;
  index: number;
  variants: DraftVariant[];
  /** The key of the flag, which cannot depend on itself. */
  own: string;
  wrong: Wrong;
  change: (next: DraftGroup) => void;
  remove: () => void;
}

function Rollout({ group, index, wrong, change }: Omit<Props, 'variants' | 'own' | 'remove'>) {
  const set = (percentage: number) => change({ ...group, percentage });
  return (
    <div className={classes.rollout}>
      <span>{group.rules.length === 0 ? 'Of everybody' : 'Of those who match'}</span>
      <Slider size="sm" label={null} min={0} max={100} step={1} value={group.percentage} onChange={set} thumbLabel={`Share of condition ${index + 1}`} />
      <NumberInput size="xs" aria-label={`Percentage of condition ${index + 1}`} min={0} max={100} decimalScale={2} suffix=" %" clampBehavior="strict" value={group.percentage}
        error={wrong('rollout_percentage')} onChange={(next) => { if (typeof next === 'number') set(next); }} />
    </div>
  );
}

export function GroupEditor({ group, index, variants, own, wrong, change, remove }: Props) {
  const rules = group.rules;
  return (
    <div className={classes.group} role="group" aria-label={`Condition ${index + 1}`}>
      <div className={classes.groupHead}>
        <h3>Condition {index + 1}</h3>
        <ActionIcon variant="subtle" color="gray" aria-label={`Remove condition ${index + 1}`} onClick={remove}><Icon name="close" size={14} /></ActionIcon>
      </div>
      {rules.map((rule, i) => (
        <RuleEditor key={rule.id} rule={rule} own={own} wrong={(field) => wrong(`properties[${i}].${field}`)}
          change={(next) => change({ ...group, rules: rules.map((one, at) => (at === i ? next : one)) })}
          remove={() => change({ ...group, rules: rules.filter((_, at) => at !== i) })} />
      ))}
      <div>
        <Button size="compact-xs" variant="subtle" color="gray" leftSection={<Icon name="filter" size={12} />} onClick={() => change({ ...group, rules: [...rules, newRule()] })}>
          {rules.length === 0 ? 'Only for some' : 'And'}
        </Button>
      </div>
      <Rollout group={group} index={index} wrong={wrong} change={change} />
      {variants.length > 0 && (
        <Select size="xs" w={220} label="Variant" placeholder="By their shares" clearable data={variants.map((one) => one.key).filter(Boolean)} value={group.variant} error={wrong('variant')} onChange={(variant) => change({ ...group, variant })} />
      )}
    </div>
  );
}
