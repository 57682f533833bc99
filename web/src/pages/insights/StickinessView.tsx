/** On how many days people are there. */

import { useMemo } from 'react';
import type { StickinessResult } from '../../api/answer';
import { useAnswer } from '../../api/ask';
import { count, percent, short } from '../../format/number';
import { Chart } from '../../ui/Chart';
import { type Column, CsvButton, DataTable, tableCsv } from '../../ui/DataTable';
import type { Drawing } from '../../ui/drawing';
import { IntervalSelect } from '../../ui/IntervalSelect';
import { Panel } from '../../ui/Panel';
import { Await, Empty } from '../../ui/states';
import { useRange } from '../../url/range';
import type { ViewProps } from './Insights';
import classes from './Insights.module.css';

type Row = StickinessResult['data'][number];

function draw(rows: Row[]): Drawing {
  return { kind: 'bar', labels: rows.map((row) => String(row.periods)), lines: [{ name: 'Persons', values: rows.map((row) => row.persons) }], format: short };
}

export function StickinessView({ question, show }: ViewProps) {
  const range = useRange();
  const answer = useAnswer<StickinessResult>(question);
  const rows = useMemo(() => answer.data?.result.data ?? [], [answer.data]);
  const drawing = useMemo(() => draw(rows), [rows]);
  const unit = String(question.interval);
  const all = rows.reduce((sum, row) => sum + row.persons, 0);
  const people = (row: Row | undefined) => row && row.persons > 0 && show({ title: `There on ${row.periods} ${row.periods === 1 ? unit : `${unit}s`}`, question, at: { periods: row.periods } });
  const columns: Column<Row>[] = [
    { label: `${unit.charAt(0).toUpperCase()}${unit.slice(1)}s with the event`, show: (row) => row.periods, raw: (row) => row.periods },
    { label: 'Persons', numeric: true, show: (row) => (row.persons > 0 ? <button type="button" className={classes.link} onClick={() => people(row)}>{count(row.persons)}</button> : '0'), raw: (row) => row.persons },
    { label: 'Share', numeric: true, show: (row) => percent(all > 0 ? row.persons / all : null), raw: (row) => (all > 0 ? row.persons / all : null) },
  ];
  return (
    <Panel label="Answer">
      <div className={classes.tools}>
        <IntervalSelect range={range} />
        <CsvButton name="stickiness" text={() => tableCsv(columns, rows)} disabled={rows.length === 0} />
      </div>
      <Await of={answer} height={320}>
        {() => (all === 0 ? <Empty title="Nobody did this in this range" height={320} /> : <Chart drawing={drawing} height={320} label={`Persons by number of ${unit}s`} pick={(_, at) => people(rows[at])} />)}
      </Await>
      {all > 0 && <div style={{ margin: '12px -16px 0' }}><DataTable caption="Persons by number of periods" columns={columns} rows={rows} id={(row) => String(row.periods)} /></div>}
    </Panel>
  );
}
