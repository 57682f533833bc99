/** Lines over time, their totals, and the people behind them. */

import { SegmentedControl } from '@mantine/core';
import { useComputedColorScheme } from '@mantine/core';
import { useMemo } from 'react';
import type { TrendSeries } from '../../api/answer';
import { useAnswer } from '../../api/ask';
import { csv } from '../../format/csv';
import { count, short } from '../../format/number';
import { bucket } from '../../format/time';
import { brokenBy } from '../../format/value';
import type { Interval } from '../../api/question';
import { type Insight, letter, partLabel, writeInsight } from '../../question/insight';
import { Change } from '../../ui/Change';
import { Chart } from '../../ui/Chart';
import { type Column, CsvButton, DataTable } from '../../ui/DataTable';
import { type Drawing, type Line, PALETTE } from '../../ui/drawing';
import { IntervalSelect } from '../../ui/IntervalSelect';
import { Panel } from '../../ui/Panel';
import { Await, Empty } from '../../ui/states';
import { setParams } from '../../url/params';
import { useRange } from '../../url/range';
import type { ViewProps } from './Insights';
import classes from './Insights.module.css';

interface Shown extends TrendSeries {
  label: string;
  /** Of the question; null for a formula, behind which nobody stands. */
  index: number | null;
  color: number;
}

export function shownSeries(series: TrendSeries[], insight: Insight): Shown[] {
  return series.map((line, color) => {
    const index = insight.parts.findIndex((_, i) => letter(i) === line.name);
    const part = insight.parts[index];
    const name = part === undefined || insight.formula ? line.name : partLabel(part);
    const of = line.breakdown?.map((one) => brokenBy(insight.breakdown, one)).join(', ');
    const label = of === undefined ? name : insight.parts.length > 1 && !insight.formula ? `${name} · ${of}` : of;
    return { ...line, label, index: insight.formula || index < 0 ? null : index, color };
  });
}

function draw(lines: Shown[], insight: Insight, interval: Interval): Drawing {
  const points = lines[0]?.data ?? [];
  const drawn: Line[] = lines.map((line) => ({ name: line.label, values: line.data.map((point) => point.v), color: line.color }));
  if (!insight.bars) {
    for (const line of lines) if (line.previous) drawn.push({ name: `${line.label}, period before`, values: line.previous.data.map((point) => point.v), before: true });
  }
  const partial = points[points.length - 1]?.partial ? points.length - 1 : undefined;
  return { kind: insight.bars ? 'bar' : 'line', labels: points.map((point) => bucket(point.t, interval)), lines: drawn, partialFrom: partial, format: short, area: lines.length === 1 };
}

export function TrendView({ insight, question, show }: ViewProps) {
  const range = useRange();
  const scheme = useComputedColorScheme('light');
  const interval = question.interval as Interval;
  const answer = useAnswer<{ series: TrendSeries[] }>(question);
  const lines = useMemo(() => shownSeries(answer.data?.result.series ?? [], insight), [answer.data, insight]);
  const drawing = useMemo(() => draw(lines, insight, interval), [lines, insight, interval]);
  const people = (line: Shown | undefined, t?: string) => {
    if (!line || line.index === null) return;
    const at = { series: line.index, ...(t && { t }), ...(line.breakdown && { breakdown: line.breakdown }) };
    show({ title: t ? `${line.label}, ${bucket(t, interval)}` : line.label, question, at });
  };
  const compared = lines.some((line) => line.previous);
  const columns: Column<Shown>[] = [
    { label: 'Series', wide: true, show: (line) => <><span className={classes.dot} style={{ background: PALETTE[scheme][line.color % 8] }} />{line.label}</> },
    { label: 'Total', numeric: true, show: (line) => (line.index === null ? count(line.total) : <button type="button" className={classes.link} onClick={() => people(line)}>{count(line.total)}</button>) },
  ];
  if (compared) {
    columns.push({ label: 'Before', numeric: true, show: (line) => count(line.previous?.total) });
    columns.push({ label: 'Change', numeric: true, show: (line) => <Change now={line.total} before={line.previous?.total} /> });
  }
  const text = () => csv(['time', ...lines.map((line) => line.label)], (lines[0]?.data ?? []).map((point, i) => [point.t, ...lines.map((line) => line.data[i]?.v)]));

  return (
    <Panel label="Answer">
      <div className={classes.tools}>
        <IntervalSelect range={range} />
        <SegmentedControl size="xs" aria-label="Draw as" value={insight.bars ? 'bars' : 'lines'} data={[{ value: 'lines', label: 'Lines' }, { value: 'bars', label: 'Bars' }]}
          onChange={(next) => setParams(writeInsight({ ...insight, bars: next === 'bars' }), { replace: true })} />
        <CsvButton name="trend" text={text} disabled={lines.length === 0} />
      </div>
      <Await of={answer} height={360}>
        {() => (lines.length === 0
          ? <Empty title="No such events in this range" height={360} />
          : <Chart drawing={drawing} height={360} label="Trend" pick={insight.formula ? undefined : (series, at) => people(lines[series % lines.length], lines[0]?.data[at]?.t)} />)}
      </Await>
      {lines.length > 0 && (
        <div style={{ margin: '12px -16px 0' }}>
          <DataTable caption="Totals of the range" columns={columns} rows={lines} id={(line) => `${line.color}`} />
          <Buckets lines={lines} interval={interval} people={people} />
        </div>
      )}
    </Panel>
  );
}

function Buckets({ lines, interval, people }: { lines: Shown[]; interval: Interval; people: (line: Shown, t: string) => void }) {
  const points = lines[0]?.data ?? [];
  const columns: Column<number>[] = [
    { label: 'Time', show: (i) => bucket(points[i]?.t ?? '', interval) + (points[i]?.partial ? ' (not over)' : '') },
    ...lines.map((line): Column<number> => ({
      label: line.label,
      numeric: true,
      show: (i) => {
        const point = line.data[i];
        if (!point || line.index === null || !point.v) return count(point?.v);
        return <button type="button" className={classes.link} onClick={() => people(line, point.t)}>{count(point.v)}</button>;
      },
    })),
  ];
  return (
    <details className={classes.details}>
      <summary>All {points.length} buckets</summary>
      <DataTable caption="Buckets" columns={columns} rows={points.map((_, i) => points.length - 1 - i)} id={String} />
    </details>
  );
}
