/** One of the big numbers over time. */

import { useMemo } from 'react';
import type { Answer, SessionsResult, TrendSeries } from '../../api/answer';
import { useAnswer } from '../../api/ask';
import type { Interval } from '../../api/question';
import { bucket } from '../../format/time';
import { WEB_METRICS, type WebMetric, webChart } from '../../question/web';
import { useViewTypes } from '../../api/classes';
import { Chart } from '../../ui/Chart';
import { type Column, CsvButton, DataTable, tableCsv } from '../../ui/DataTable';
import type { Drawing, Line } from '../../ui/drawing';
import { IntervalSelect, useInterval } from '../../ui/IntervalSelect';
import { Await } from '../../ui/states';
import { ViewToggle } from '../../ui/ViewToggle';
import type { Condition } from '../../url/filters';
import { useParams } from '../../url/params';
import type { Range } from '../../url/range';
import { webFormat } from './Figures';

interface Row {
  t: string;
  now: number | null;
  before: number | null;
  partial: boolean;
}

type Result = Partial<SessionsResult> & { series?: TrendSeries[] };

export function rowsOf(result: Result, metric: WebMetric): Row[] {
  if (metric === 'bounce_rate' || metric === 'avg_seconds') {
    return (result.data ?? []).map((one) => ({ t: one.t, now: one[metric], before: null, partial: one.partial }));
  }
  const line = result.series?.[0];
  return (line?.data ?? []).map(({ t, v, partial }, i) => ({ t, now: v, before: line?.previous?.data[i]?.v ?? null, partial }));
}

function drawn(rows: Row[], metric: WebMetric, interval: Interval): Drawing {
  const label = WEB_METRICS.find((one) => one.key === metric)?.label ?? metric;
  const lines: Line[] = [{ name: label, values: rows.map((row) => row.now), before: false }];
  if (rows.some((row) => row.before !== null)) lines.push({ name: 'Period before', values: rows.map((row) => row.before), before: true });
  const partial = rows.length > 0 && rows[rows.length - 1]?.partial ? rows.length - 1 : undefined;
  return { kind: 'line', labels: rows.map((row) => bucket(row.t, interval)), lines, partialFrom: partial, format: webFormat(metric), area: true };
}

interface Props {
  metric: WebMetric;
  range: Range;
  filters: Condition[];
  compare: boolean;
}

const HEIGHT = 280;

export function MainChart({ metric, range, filters, compare }: Props) {
  const interval = useInterval(range);
  const views = useViewTypes();
  const answer = useAnswer<Result>(webChart(metric, range, interval, filters, compare, views));
  const asTable = useParams().get('view') === 'table';
  const label = WEB_METRICS.find((one) => one.key === metric)?.label ?? metric;
  const rows = useMemo(() => (answer.data ? rowsOf(answer.data.result, metric) : []), [answer.data, metric]);
  const drawing = useMemo(() => drawn(rows, metric, interval), [rows, metric, interval]);
  const format = webFormat(metric);
  const columns: Column<Row>[] = [
    { label: 'Time', show: (row) => bucket(row.t, interval) + (row.partial ? ' (not over)' : ''), raw: (row) => row.t },
    { label, numeric: true, show: (row) => format(row.now), raw: (row) => row.now },
  ];
  if (rows.some((row) => row.before !== null)) columns.push({ label: 'Period before', numeric: true, show: (row) => format(row.before), raw: (row) => row.before });

  return (
    <>
      <div style={{ display: 'flex', justifyContent: 'flex-end', gap: 8, marginBottom: 8 }}>
        <IntervalSelect range={range} />
        <ViewToggle />
        <CsvButton name={`overview-${metric}`} text={() => tableCsv(columns, rows)} disabled={rows.length === 0} />
      </div>
      <Await<Answer<Result>> of={answer} height={HEIGHT}>
        {() => (asTable
          ? <div style={{ height: HEIGHT, overflow: 'auto' }}><DataTable caption={`${label} over time`} columns={columns} rows={rows} id={(row) => row.t} /></div>
          : <Chart drawing={drawing} height={HEIGHT} label={`${label} over time`} />)}
      </Await>
    </>
  );
}
