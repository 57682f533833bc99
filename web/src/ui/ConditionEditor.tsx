/** One condition: about what, how, and which values. */

import { Autocomplete, Button, Select, TagsInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Op } from '../api/question';
import { useSubjects, useValues } from '../api/names';
import { OPS, isWhole, subjectLabel } from '../question/filter';
import { type Condition, readSubject, writeSubject } from '../url/filters';

interface SubjectProps {
  value: string | null;
  change: (value: string | null) => void;
  label?: string;
  placeholder?: string;
  clearable?: boolean;
  autoFocus?: boolean;
  /** In a popover, which a click on a list outside of it would close. */
  inside?: boolean;
}

export function SubjectSelect({ value, change, label, placeholder, clearable, autoFocus, inside }: SubjectProps) {
  const groups = useSubjects();
  const known = groups.some((group) => group.items.includes(value ?? ''));
  const data = groups.map((group) => ({
    group: group.group,
    items: group.items.map((item) => ({ value: item, label: subjectLabel(readSubject(item)) })),
  }));
  if (value && !known) data.push({ group: 'Other', items: [{ value, label: subjectLabel(readSubject(value)) }] });
  return (
    <Select size="xs" label={label} aria-label={label ?? placeholder} placeholder={placeholder} searchable clearable={clearable} data={data} value={value}
      onChange={change} maxDropdownHeight={280} nothingFoundMessage="No such property" data-autofocus={autoFocus || undefined}
      comboboxProps={{ withinPortal: !inside }} />
  );
}

const INSIDE = { withinPortal: false };

interface Props {
  start: Condition | null;
  done: (condition: Condition) => void;
}

export function ConditionEditor({ start, done }: Props) {
  const [subject, setSubject] = useState<string | null>(start ? writeSubject(start.subject) : null);
  const [op, setOp] = useState<Op>(start?.op ?? 'is');
  const [values, setValues] = useState<string[]>(start?.values ?? []);
  const read = readSubject(subject ?? '');
  const suggested = useValues(read, subject !== null);
  const shape = OPS.find((one) => one.op === op)?.values ?? 'one';
  const condition: Condition = { subject: read, op, values: shape === 'none' ? [] : values };
  const ready = subject !== null && isWhole(condition);

  const changeSubject = (next: string | null) => {
    setSubject(next);
    if (next !== subject) setValues([]);
  };
  const set = (index: number, text: string) => setValues((all) => Object.assign([...all], { [index]: text }));

  return (
    <form style={{ display: 'grid', gap: 8 }} onSubmit={(event) => { event.preventDefault(); if (ready) done(condition); }}>
      <SubjectSelect label="Where" value={subject} change={changeSubject} placeholder="Property" autoFocus inside />
      <Select size="xs" aria-label="Operator" comboboxProps={INSIDE} data={OPS.map((one) => ({ value: one.op, label: one.label }))} value={op} allowDeselect={false}
        onChange={(next) => { setOp((next ?? 'is') as Op); setValues((all) => all.slice(0, 1)); }} maxDropdownHeight={280} />
      {shape === 'one' && <Autocomplete size="xs" comboboxProps={INSIDE} aria-label="Value" placeholder="Value" data={suggested} limit={20} value={values[0] ?? ''}
        onChange={(text) => set(0, text)} onOptionSubmit={(text) => subject !== null && done({ subject: read, op, values: [text] })} />}
      {shape === 'many' && <TagsInput size="xs" comboboxProps={INSIDE} aria-label="Values" placeholder="Values" data={suggested} limit={20} value={values} onChange={setValues} />}
      {shape === 'two' && (
        <div style={{ display: 'grid', gridTemplateColumns: '1fr 1fr', gap: 8 }}>
          <TextInput size="xs" aria-label="From" placeholder="From" inputMode="decimal" value={values[0] ?? ''} onChange={(e) => set(0, e.currentTarget.value)} />
          <TextInput size="xs" aria-label="To" placeholder="To" inputMode="decimal" value={values[1] ?? ''} onChange={(e) => set(1, e.currentTarget.value)} />
        </div>
      )}
      <Button type="submit" size="xs" disabled={!ready}>Apply</Button>
    </form>
  );
}
