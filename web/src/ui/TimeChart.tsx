/** One figure over time, as a chart or as a table. */

import { useMemo } from 'react';
import type { Interval } from '../api/question';
import { bucket } from '../format/time';
import { Chart } from './Chart';
import { type Column, CsvButton, DataTable, tableCsv } from './DataTable';
import type { Drawing } from './drawing';
import { IntervalSelect } from './IntervalSelect';
import { Panel } from './Panel';
import { ViewToggle } from './ViewToggle';
import { useParams } from '../url/params';
import type { Range } from '../url/range';

export interface TimePoint {
  t: string;
  v: number | null;
  before?: number | null;
  partial: boolean;
}

interface Props {
  title: string;
  name: string;
  points: TimePoint[];
  interval: Interval;
  range: Range;
  format: (value: number | null) => string;
  axis?: (value: number) => string;
  bars?: boolean;
  height?: number;
}

export function TimeChart({ title, name, points, interval, range, format, axis, bars, height = 240 }: Props) {
  const asTable = useParams().get('view') === 'table';
  const drawing = useMemo((): Drawing => {
    const partial = points[points.length - 1]?.partial ? points.length - 1 : undefined;
    const lines = [{ name: title, values: points.map((point) => point.v), before: false }];
    if (points.some((point) => point.before !== undefined && point.before !== null)) lines.push({ name: 'Period before', values: points.map((point) => point.before ?? null), before: true });
    return { kind: bars ? 'bar' : 'line', labels: points.map((point) => bucket(point.t, interval)), lines, partialFrom: partial, format, axis, area: true };
  }, [points, interval, title, format, axis, bars]);
  const columns: Column<TimePoint>[] = [
    { label: 'Time', show: (point) => bucket(point.t, interval) + (point.partial ? ' (not over)' : ''), raw: (point) => point.t },
    { label: title, numeric: true, show: (point) => format(point.v), raw: (point) => point.v },
  ];
  return (
    <Panel title={title} actions={<><IntervalSelect range={range} /><ViewToggle /><CsvButton name={name} text={() => tableCsv(columns, points)} disabled={points.length === 0} /></>}>
      {asTable
        ? <div style={{ height, overflow: 'auto' }}><DataTable caption={title} columns={columns} rows={[...points].reverse()} id={(point) => point.t} /></div>
        : <Chart drawing={drawing} height={height} label={`${title} over time`} />}
    </Panel>
  );
}
