// A figure over time: a line in plain SVG, and the same as a table for those who want it.

import { type PointerEvent, useEffect, useId, useRef, useState } from "react";
import type { Metric } from "./Figures.js";
import { compact, full, labels } from "./format.js";
import { Empty, Loading, Panel } from "./Panel.js";
import type { Point } from "./reports.js";

const HEIGHT = 220;
const TOP = 12;
const BOTTOM = 26;
const LEFT = 44;
const RIGHT = 12;
/** Pixels that a label of the time axis needs. */
const LABEL = 76;

const NAMES: Record<Metric, string> = { events: "Events", users: "Users", sessions: "Sessions" };

interface TimeChartProps {
  points: Point[] | undefined;
  metric: Metric;
}

export function TimeChart({ points, metric }: TimeChartProps) {
  const [isTable, setTable] = useState(false);
  const toggle = (
    <button type="button" className="tfd-link" onClick={() => setTable(!isTable)}>
      {isTable ? "Show as a chart" : "Show as a table"}
    </button>
  );
  return (
    <Panel title={`${NAMES[metric]} over time`} side={points && toggle}>
      {!points ? (
        <div className="tfd-chart">
          <Loading lines={5} />
        </div>
      ) : points.every((point) => point[metric] === 0) ? (
        <div className="tfd-chart">
          <Empty />
        </div>
      ) : isTable ? (
        <Table points={points} metric={metric} />
      ) : (
        <Chart points={points} metric={metric} />
      )}
    </Panel>
  );
}

/** The width of an element, also when it changes. */
function useWidth() {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(640);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth || 640));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { ref, width };
}

/** Round values from 0 on that a figure of this size fits under. */
function ticks(most: number): number[] {
  const rough = Math.max(most, 4) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((step) => step >= rough)!;
  const whole = Math.max(1, Math.ceil(step));
  return Array.from({ length: Math.ceil(most / whole) + 1 }, (_, at) => at * whole);
}

function Chart({ points, metric }: { points: Point[]; metric: Metric }) {
  const { ref, width } = useWidth();
  const gradient = useId();
  const [hovered, setHovered] = useState<number>();
  const values = points.map((point) => point[metric]);
  const rulers = ticks(Math.max(...values));
  const top = rulers.at(-1)!;
  const last = points.length - 1;
  const x = (at: number) => LEFT + (last ? at / last : 0.5) * (width - LEFT - RIGHT);
  const y = (value: number) => HEIGHT - BOTTOM - (value / top) * (HEIGHT - TOP - BOTTOM);
  const { axis, long } = labels(points.map(({ timestamp }) => timestamp));
  const every = Math.ceil(points.length / Math.max(2, (width - LEFT) / LABEL));
  const line = (from: number, to: number) =>
    values.slice(from, to + 1).map((value, at) => `${x(from + at)},${y(value)}`).join(" ");
  // What is not over yet is dashed.
  const whole = points[last]?.partial && last > 0 ? last - 1 : last;
  const onMove = (event: PointerEvent<SVGSVGElement>) => {
    const { left } = event.currentTarget.getBoundingClientRect();
    const at = Math.round(((event.clientX - left - LEFT) / (width - LEFT - RIGHT)) * last);
    setHovered(Math.min(last, Math.max(0, at)));
  };
  const point = hovered === undefined ? undefined : points[hovered];
  const sum = `${NAMES[metric]} from ${long(points[0]!.timestamp)} to ${long(points[last]!.timestamp)}, between ${full(Math.min(...values))} and ${full(Math.max(...values))}`;
  return (
    <div className="tfd-chart" ref={ref}>
      <svg
        width={width} height={HEIGHT} role="img" aria-label={sum}
        onPointerMove={onMove} onPointerLeave={() => setHovered(undefined)}
      >
        <defs>
          <linearGradient id={gradient} x1="0" x2="0" y1="0" y2="1">
            <stop offset="0" stopColor="var(--tfd-accent)" stopOpacity="0.16" />
            <stop offset="1" stopColor="var(--tfd-accent)" stopOpacity="0" />
          </linearGradient>
        </defs>
        {rulers.map((value) => (
          <g key={value}>
            <line className="tfd-rule" x1={LEFT} x2={width - RIGHT} y1={y(value)} y2={y(value)} />
            <text className="tfd-tick" x={LEFT - 8} y={y(value) + 4} textAnchor="end">
              {compact(value)}
            </text>
          </g>
        ))}
        {points.map(({ timestamp }, at) =>
          (last - at) % every === 0 ? (
            <text
              key={timestamp} className="tfd-tick" x={x(at)} y={HEIGHT - 6}
              textAnchor={at === last && last > 0 ? "end" : at === 0 && last > 0 ? "start" : "middle"}
            >
              {axis(timestamp)}
            </text>
          ) : null,
        )}
        <polygon
          fill={`url(#${gradient})`}
          points={`${x(0)},${y(0)} ${line(0, last)} ${x(last)},${y(0)}`}
        />
        <polyline className="tfd-line" points={line(0, whole)} />
        {whole < last && <polyline className="tfd-line tfd-open" points={line(whole, last)} />}
        {last === 0 && <circle className="tfd-dot" cx={x(0)} cy={y(values[0]!)} r="3.5" />}
        {point && (
          <>
            <line
              className="tfd-cross" x1={x(hovered!)} x2={x(hovered!)} y1={TOP} y2={HEIGHT - BOTTOM}
            />
            <circle className="tfd-dot" cx={x(hovered!)} cy={y(values[hovered!]!)} r="4" />
          </>
        )}
      </svg>
      {point && (
        <div
          className="tfd-tip"
          style={{ left: Math.min(Math.max(x(hovered!), LEFT + 50), width - 80) }}
        >
          <span className="tfd-muted">
            {long(point.timestamp)}
            {point.partial ? ", so far" : ""}
          </span>
          <b>
            {full(point[metric])} {NAMES[metric].toLowerCase()}
          </b>
        </div>
      )}
    </div>
  );
}

function Table({ points, metric }: { points: Point[]; metric: Metric }) {
  const { long } = labels(points.map(({ timestamp }) => timestamp));
  return (
    <div className="tfd-scroll" tabIndex={0} role="group" aria-label={`${NAMES[metric]} as a table`}>
      <table className="tfd-table">
        <thead>
          <tr>
            <th scope="col">Time</th>
            {(["events", "users", "sessions"] as const).map((name) => (
              <th key={name} scope="col" className="tfd-num">
                {NAMES[name]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {points.map((point) => (
            <tr key={point.timestamp}>
              <th scope="row">
                {long(point.timestamp)}
                {point.partial && <span className="tfd-muted"> so far</span>}
              </th>
              <td className="tfd-num">{full(point.events)}</td>
              <td className="tfd-num">{full(point.users)}</td>
              <td className="tfd-num">{full(point.sessions)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
