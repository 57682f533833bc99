/** What a flag answers for a person, and why. */

import { ActionIcon, Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { PersonResult } from '../../api/answer';
import { ask } from '../../api/ask';
import { type Flag, type FlagAnswer, askFlags } from '../../api/flags';
import { Code } from '../../ui/Code';
import { type Column, CsvButton, DataTable, tableCsv } from '../../ui/DataTable';
import { Icon } from '../../ui/icons';
import { Panel } from '../../ui/Panel';
import { Empty, Failure } from '../../ui/states';
import { setParams, useParams } from '../../url/params';
import { fresh } from './draft';
import classes from './Flags.module.css';

const REASONS: Record<string, string> = {
  condition_match: 'a condition holds',
  super_condition_value: 'the person has a property that decides before all conditions',
  holdout_condition_value: 'the person is held out of all flags',
  out_of_rollout_bound: 'a condition holds, but the person is outside of its percentage',
  no_condition_match: 'no condition holds',
  no_group_type: 'the flag is for groups, and the person acts in none',
  flag_disabled: 'the flag is off or archived',
  missing_dependency: 'it depends on a flag that is not there',
  failed: 'it asks for a cohort, or another flag, that could not be answered',
};

export const reasonText = (reason: string) => REASONS[reason] ?? reason;

const answerText = (answer: FlagAnswer) => (answer.variant ?? (answer.active ? 'on' : 'off'));

interface Fact {
  id: number;
  key: string;
  text: string;
}

/** A text as JSON where it is some, else as it is. */
function meant(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function Facts({ facts, set }: { facts: Fact[]; set: (next: Fact[]) => void }) {
  const change = (index: number, part: Partial<Fact>) => set(facts.map((one, i) => (i === index ? { ...one, ...part } : one)));
  return (
    <div className={classes.lines}>
      {facts.map((fact, i) => (
        <div key={fact.id} className={classes.fact}>
          <TextInput size="xs" aria-label={`Name of property ${i + 1}`} placeholder="plan" value={fact.key} onChange={(event) => change(i, { key: event.currentTarget.value })} />
          <TextInput size="xs" aria-label={`Value of property ${i + 1}`} placeholder="pro" value={fact.text} onChange={(event) => change(i, { text: event.currentTarget.value })} />
          <ActionIcon variant="subtle" color="gray" aria-label={`Remove property ${i + 1}`} onClick={() => set(facts.filter((_, at) => at !== i))}><Icon name="close" size={14} /></ActionIcon>
        </div>
      ))}
      <div><Button size="xs" variant="default" leftSection={<Icon name="plus" size={12} />} onClick={() => set([...facts, { id: fresh(), key: '', text: '' }])}>Add a property</Button></div>
    </div>
  );
}

interface Line extends FlagAnswer {
  key: string;
}

const COLUMNS: Column<Line>[] = [
  { label: 'Flag', show: (line) => line.key, raw: (line) => line.key },
  { label: 'Answer', show: answerText, raw: answerText },
  { label: 'Because', wide: true, show: (line) => <span className="muted">{reasonText(line.reason)}</span>, raw: (line) => line.reason },
];

function Answers({ flag, answers }: { flag: Flag; answers: Record<string, FlagAnswer> }) {
  const own = answers[flag.key];
  const lines = Object.entries(answers).map(([key, answer]) => ({ key, ...answer })).filter((line) => line.key !== flag.key);
  return (
    <>
      <Panel label="Answer">
        {own ? (
          <>
            <p className={classes.answer} role="status"><b>{answerText(own)}</b> <span className="muted">because {reasonText(own.reason)}</span></p>
            {own.payload !== null && own.payload !== undefined && <Code text={JSON.stringify(own.payload, null, 2)} label="Payload" />}
          </>
        ) : <Empty title="Not answered" height={80}>Archived flags are not.</Empty>}
      </Panel>
      {lines.length > 0 && (
        <Panel flush title="All other flags for this person" actions={<CsvButton name="answers" text={() => tableCsv(COLUMNS, lines)} />}>
          <DataTable caption="Answers of other flags" columns={COLUMNS} rows={lines} id={(line) => line.key} />
        </Panel>
      )}
    </>
  );
}

export function Tester({ flag }: { flag: Flag }) {
  const id = useParams().get('who') ?? '';
  const [facts, setFacts] = useState<Fact[]>([]);
  const test = useMutation({ mutationFn: () => askFlags(id, Object.fromEntries(facts.filter((fact) => fact.key !== '').map((fact) => [fact.key, meant(fact.text)]))) });
  const known = useMutation({
    mutationFn: async () => {
      const { result } = await ask<PersonResult>({ kind: 'person', id, range: { last: '90d' }, limit: 1 });
      setFacts(Object.entries(result.person?.properties ?? {}).map(([key, of]) => ({ id: fresh(), key, text: typeof of === 'string' ? of : JSON.stringify(of) })));
      return result.person !== null;
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    test.mutate();
  };
  return (
    <div className={classes.split}>
      <Panel title="For whom">
        <form className={classes.tester} onSubmit={submit}>
          <TextInput label="Distinct id" required value={id} onChange={(event) => setParams({ who: event.currentTarget.value || null }, { replace: true })} />
          <div>
            <p className={classes.note} style={{ marginBottom: 6 }}>Properties that rules ask for are sent along; what is stored of a person is not looked up by itself.</p>
            <Facts facts={facts} set={setFacts} />
          </div>
          <div style={{ display: 'flex', flexWrap: 'wrap', gap: 8 }}>
            <Button type="submit" size="xs" loading={test.isPending} disabled={id === ''}>Ask</Button>
            <Button size="xs" variant="default" loading={known.isPending} disabled={id === ''} onClick={() => known.mutate()}>Take what is known</Button>
          </div>
          <p role="status" className={classes.note} style={{ margin: 0 }}>{known.data === false ? 'Nobody is known by this id' : known.error ? known.error.message : ''}</p>
        </form>
      </Panel>
      <div>
        {test.error ? <Panel><Failure error={test.error} again={() => test.mutate()} height={200} /></Panel>
          : test.data ? <Answers flag={flag} answers={test.data} />
            : <Panel><Empty title="Not asked yet" height={200}>Type any id: it need not be known.</Empty></Panel>}
      </div>
    </div>
  );
}
