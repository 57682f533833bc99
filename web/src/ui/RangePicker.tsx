/** Which days, and whether they are compared with those before. */

import { Button, Checkbox, Popover, TextInput, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { useZone } from '../api/viewer';
import { addDays, today } from '../format/time';
import { setParams, useParams } from '../url/params';
import { PRESETS, type Range, rangeLabel, useRange, writeRange } from '../url/range';
import { Icon } from './icons';
import classes from './RangePicker.module.css';

export function useCompare(): boolean {
  return useParams().get('compare') !== 'no';
}

function monthOf(day: string): Range {
  return { from: `${day.slice(0, 8)}01`, to: day };
}

export function RangePicker({ fallback, compare }: { fallback: string; compare: boolean }) {
  const range = useRange(fallback);
  const compared = useCompare();
  const now = today(useZone());
  const [open, setOpen] = useState(false);
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');

  const toggle = () => {
    setFrom('from' in range ? range.from : addDays(now, -6));
    setTo('to' in range ? range.to : now);
    setOpen(!open);
  };
  const choose = (next: Range) => {
    setParams({ ...writeRange(next), cursor: null });
    setOpen(false);
  };
  const yesterday = addDays(now, -1);
  const choices: { label: string; range: Range }[] = [
    ...PRESETS.map(({ last, label }) => ({ label, range: { last } })),
    { label: 'Yesterday', range: { from: yesterday, to: yesterday } },
    { label: 'This month', range: monthOf(now) },
  ];
  const valid = from !== '' && to !== '' && from <= to;

  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" trapFocus withinPortal width={304}>
      <Popover.Target>
        <Button variant="default" size="xs" onClick={toggle} leftSection={<Icon name="calendar" size={14} />}>
          <span className="visually-hidden">Date range: </span>
          {rangeLabel(range)}
          {compare && compared && <span className={classes.versus}>vs before</span>}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={12} aria-label="Date range">
        <div className={classes.presets}>
          {choices.map((choice) => (
            <UnstyledButton key={choice.label} className={classes.preset} aria-pressed={rangeLabel(choice.range) === rangeLabel(range)} onClick={() => choose(choice.range)}>
              {choice.label}
            </UnstyledButton>
          ))}
        </div>
        <form className={classes.custom} onSubmit={(event) => { event.preventDefault(); if (valid) choose({ from, to }); }}>
          <TextInput type="date" size="xs" label="From" value={from} max={now} onChange={(e) => setFrom(e.currentTarget.value)} />
          <TextInput type="date" size="xs" label="To" value={to} max={now} onChange={(e) => setTo(e.currentTarget.value)} />
          <Button type="submit" size="xs" disabled={!valid}>Apply</Button>
        </form>
        {compare && (
          <Checkbox mt={12} size="xs" label="Compare with the period before" checked={compared} onChange={(e) => setParams({ compare: e.currentTarget.checked ? null : 'no' })} />
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
