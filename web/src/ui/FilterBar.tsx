/** The conditions that hold for the page, as chips, and a way to add one. */

import { Button, Popover, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { country } from '../format/value';
import { conditionLabel } from '../question/filter';
import { type Condition, setFilters, useFilters, withCondition, writeCondition } from '../url/filters';
import { ConditionEditor } from './ConditionEditor';
import { Icon } from './icons';
import classes from './FilterBar.module.css';

export function chipText(condition: Condition): string {
  const named = condition.subject.name === 'country' ? { ...condition, values: condition.values.map(country) } : condition;
  return conditionLabel(named);
}

interface ChipsProps {
  conditions: Condition[];
  change: (next: Condition[]) => void;
  quiet?: boolean;
}

/** Chips, each of which opens an editor, and a button that adds one. */
export function Chips({ conditions, change, quiet }: ChipsProps) {
  const [editing, setEditing] = useState<number | null>(null);
  const done = (index: number, next: Condition) => {
    setEditing(null);
    change(index < conditions.length ? conditions.map((one, i) => (i === index ? next : one)) : withCondition(conditions, next));
  };
  const editor = (index: number, target: React.ReactElement) => (
    <Popover opened={editing === index} onChange={(open) => !open && setEditing(null)} position="bottom-start" trapFocus width={288} withinPortal>
      <Popover.Target>{target}</Popover.Target>
      <Popover.Dropdown p={12}>
        {editing === index && <ConditionEditor start={conditions[index] ?? null} done={(next) => done(index, next)} />}
      </Popover.Dropdown>
    </Popover>
  );
  return (
    <div className={classes.chips}>
      {conditions.map((condition, index) => (
        <span key={writeCondition(condition)} className={classes.chip}>
          {editor(
            index,
            <UnstyledButton className={classes.text} onClick={() => setEditing(index)}>{chipText(condition)}</UnstyledButton>,
          )}
          <UnstyledButton className={classes.remove} aria-label={`Remove ${chipText(condition)}`} onClick={() => change(conditions.filter((_, i) => i !== index))}>
            <Icon name="close" size={12} />
          </UnstyledButton>
        </span>
      ))}
      {editor(
        conditions.length,
        <Button variant={quiet ? 'subtle' : 'default'} color={quiet ? 'gray' : undefined} size="compact-xs" className={classes.add} onClick={() => setEditing(conditions.length)} leftSection={<Icon name="filter" size={12} />}>
          Filter
        </Button>,
      )}
    </div>
  );
}

export function FilterBar() {
  const filters = useFilters();
  return (
    <div className={classes.bar}>
      <Chips conditions={filters} change={setFilters} />
      {filters.length > 1 && <Button variant="subtle" color="gray" size="compact-xs" onClick={() => setFilters([])}>Clear all</Button>}
    </div>
  );
}
