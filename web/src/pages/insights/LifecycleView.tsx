/** New, returning, resurrecting and dormant people, period by period. */

import { useComputedColorScheme } from '@mantine/core';
import { useMemo } from 'react';
import type { LifecycleResult } from '../../api/answer';
import { useAnswer } from '../../api/ask';
import { count, short } from '../../format/number';
import { bucket } from '../../format/time';
import type { Interval } from '../../api/question';
import { Chart } from '../../ui/Chart';
import { type Column, CsvButton, DataTable, tableCsv } from '../../ui/DataTable';
import { type Drawing, PALETTE } from '../../ui/drawing';
import { IntervalSelect } from '../../ui/IntervalSelect';
import { Panel } from '../../ui/Panel';
import { Await, Empty } from '../../ui/states';
import { useRange } from '../../url/range';
import type { ViewProps } from './Insights';
import classes from './Insights.module.css';

type Row = LifecycleResult['data'][number];

const STATES = [
  { state: 'new', label: 'New', color: 0 },
  { state: 'returning', label: 'Returning', color: 1 },
  { state: 'resurrecting', label: 'Resurrecting', color: 2 },
  { state: 'dormant', label: 'Dormant', color: 7 },
] as const;

function draw(rows: Row[], interval: Interval): Drawing {
  const lines = STATES.map(({ state, label, color }) => ({ name: label, color, stack: 'all', values: rows.map((row) => row[state]) }));
  const partial = rows[rows.length - 1]?.partial ? rows.length - 1 : undefined;
  return { kind: 'bar', labels: rows.map((row) => bucket(row.t, interval)), lines, partialFrom: partial, format: short };
}

export function LifecycleView({ question, show }: ViewProps) {
  const range = useRange();
  const scheme = useComputedColorScheme('light');
  const interval = question.interval as Interval;
  const answer = useAnswer<LifecycleResult>(question);
  const rows = useMemo(() => answer.data?.result.data ?? [], [answer.data]);
  const drawing = useMemo(() => draw(rows, interval), [rows, interval]);
  const people = (row: Row, state: (typeof STATES)[number]) => show({ title: `${state.label}, ${bucket(row.t, interval)}`, question, at: { t: row.t, state: state.state } });
  const columns: Column<Row>[] = [
    { label: 'Time', show: (row) => bucket(row.t, interval) + (row.partial ? ' (not over)' : ''), raw: (row) => row.t },
    ...STATES.map((state): Column<Row> => ({
      label: state.label,
      numeric: true,
      show: (row) => (row[state.state] === 0 ? '0' : <button type="button" className={classes.link} onClick={() => people(row, state)}>{count(row[state.state])}</button>),
      raw: (row) => row[state.state],
    })),
  ];
  const nothing = rows.every((row) => STATES.every(({ state }) => row[state] === 0));
  return (
    <Panel label="Answer">
      <div className={classes.tools}>
        <ul className={classes.legend}>
          {STATES.map((state) => <li key={state.state}><span className={classes.dot} style={{ background: PALETTE[scheme][state.color] }} />{state.label}</li>)}
        </ul>
        <IntervalSelect range={range} />
        <CsvButton name="lifecycle" text={() => tableCsv(columns, rows)} disabled={rows.length === 0} />
      </div>
      <Await of={answer} height={360}>
        {() => (nothing ? <Empty title="Nobody did this in this range" height={360} /> : <Chart drawing={drawing} height={360} label="Lifecycle" />)}
      </Await>
      {!nothing && <div style={{ margin: '12px -16px 0' }}><DataTable caption="Lifecycle by period" columns={columns} rows={[...rows].reverse()} id={(row) => row.t} /></div>}
    </Panel>
  );
}
