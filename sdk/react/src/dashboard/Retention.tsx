// Who comes back: by when people were active, or by when they were first seen.

import { useState } from "react";
import { full, percent, period } from "./format.js";
import { Empty, Loading, Message, Panel } from "./Panel.js";
import {
  type Cell, type CohortReport, type RetentionReport, type Source, useReport,
} from "./reports.js";

interface RetentionProps {
  source: Source;
  timeframe: string;
  tz: string | undefined;
  eventType: string | undefined;
}

/** Range, period and number of periods that fill a table, by the range of the page. */
function shape(timeframe: string): { timeframe: string; period: string; periods: string } {
  if (timeframe === "12m") return { timeframe, period: "month", periods: "6" };
  if (timeframe === "3m") return { timeframe: "8w", period: "week", periods: "6" };
  if (timeframe === "30d") return { timeframe: "5w", period: "week", periods: "4" };
  return { timeframe: "7d", period: "day", periods: "6" };
}

interface Row {
  start: string;
  size: number;
  cells: Cell[];
}

export function Retention({ source, timeframe, tz, eventType }: RetentionProps) {
  const [isByFirst, setByFirst] = useState(false);
  const asked = { ...shape(timeframe), tz, eventType };
  const toggle = (
    <button type="button" className="tfd-link" onClick={() => setByFirst(!isByFirst)}>
      {isByFirst ? "By activity" : "By first visit"}
    </button>
  );
  const Body = isByFirst ? Cohorts : Activity;
  return (
    <Panel title={isByFirst ? "Retention of new users" : "Retention"} side={toggle}>
      <Body source={source} asked={asked} />
    </Panel>
  );
}

interface BodyProps {
  source: Source;
  asked: Record<string, string | undefined>;
}

function Activity({ source, asked }: BodyProps) {
  const report = useReport<RetentionReport>(source, "/retention", asked);
  const rows = report.data?.cohorts.map(({ date, size, values }) => ({
    start: date, size, cells: values,
  }));
  return <Grid {...report} rows={rows} period={asked["period"]!} average={report.data?.average} />;
}

function Cohorts({ source, asked }: BodyProps) {
  const report = useReport<CohortReport>(source, "/cohort", asked);
  const rows = report.data?.cohorts.map(({ cohort, size, activity }) => ({
    start: cohort, size, cells: activity,
  }));
  return <Grid {...report} rows={rows} period={asked["period"]!} />;
}

interface GridProps {
  rows: Row[] | undefined;
  average?: RetentionReport["average"] | undefined;
  period: string;
  error: Error | null;
  refetch: () => void;
}

function Grid({ rows, average, period: unit, error, refetch }: GridProps) {
  if (error) return <Message error={error} onRetry={refetch} />;
  if (!rows) return <Loading lines={6} />;
  const filled = rows.filter(({ size }) => size > 0);
  if (filled.length === 0) return <Empty />;
  const wide = Math.max(...filled.map(({ cells }) => cells.length));
  const columns = Array.from({ length: wide }, (_, at) => at);
  return (
    <div className="tfd-scroll" tabIndex={0} role="group" aria-label="Retention, a table">
      <table className="tfd-table tfd-heat">
        <thead>
          <tr>
            <th scope="col">{unit[0]!.toUpperCase() + unit.slice(1)}</th>
            <th scope="col" className="tfd-num">
              Users
            </th>
            {columns.map((at) => (
              <th key={at} scope="col" className="tfd-num">
                {at === 0 ? `${unit[0]!.toUpperCase() + unit.slice(1)} 0` : `+${at}`}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {average && (
            <tr>
              <th scope="row">Average</th>
              <td />
              {columns.map((at) => (
                <Heat key={at} rate={average[at]?.rate ?? null} />
              ))}
            </tr>
          )}
          {filled.map(({ start, size, cells }) => (
            <tr key={start}>
              <th scope="row">{period(start)}</th>
              <td className="tfd-num tfd-muted">{full(size)}</td>
              {columns.map((at) => {
                const { rate = null, users, partial } = cells[at] ?? {};
                const title = users === undefined ? undefined : `${full(users)} users`;
                return <Heat key={at} rate={rate} title={title} isPartial={!!partial} />;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface HeatProps {
  rate: number | null;
  title?: string | undefined;
  isPartial?: boolean;
}

function Heat({ rate, title, isPartial = false }: HeatProps) {
  if (rate === null) return <td />;
  // Four shades, each with letters that can be read on it.
  const shade = Math.min(4, Math.ceil(rate * 5 - 0.5));
  const so = isPartial ? `${title}, so far` : title;
  return (
    <td className="tfd-num" title={so}>
      <span className="tfd-cell" data-shade={Math.max(0, shade)} data-partial={isPartial}>
        {percent(Math.round(rate * 100) / 100)}
      </span>
    </td>
  );
}
