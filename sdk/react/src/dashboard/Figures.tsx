// The headline figures, beside those of the range before. Three of them choose what the chart shows.

import { NONE, duration, figure, full, money, percent } from "./format.js";
import type { DashboardReport, Totals } from "./reports.js";

export type Metric = "events" | "users" | "sessions";

interface Tile {
  name: string;
  value: string;
  /** In full, where `value` is short. */
  title?: string | undefined;
  /** Now and before; undefined where there is nothing to compare. */
  pair: [number | null, number | null] | undefined;
  metric?: Metric;
  /** Of further currencies. */
  note?: string | undefined;
}

interface FiguresProps {
  report: DashboardReport | undefined;
  metric: Metric;
  onMetric: (metric: Metric) => void;
}

export function Figures({ report, metric, onMetric }: FiguresProps) {
  const tiles = report ? tilesOf(report.totals, report.previous) : BONES;
  return (
    <ul className="tfd-tiles">
      {tiles.map((tile) => {
        const { name, value, title, note } = tile;
        const body = (
          <>
            <span className="tfd-label">{name}</span>
            <span className="tfd-value" title={title}>
              {report ? value : <span className="tfd-bone" />}
              {note && <small title={note}>{note}</small>}
            </span>
            <Change pair={tile.pair} />
          </>
        );
        return (
          <li key={name}>
            {tile.metric ? (
              <button
                type="button"
                aria-pressed={metric === tile.metric}
                onClick={() => onMetric(tile.metric!)}
              >
                {body}
              </button>
            ) : (
              <div>{body}</div>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function tilesOf(totals: Totals, previous: Totals): Tile[] {
  const count = (name: string, metric: Metric): Tile => ({
    name, metric,
    value: figure(totals[metric]),
    title: full(totals[metric]),
    pair: [totals[metric], previous[metric]],
  });
  const [main, ...others] = [...totals.revenue].sort((a, b) => b.amount - a.amount);
  const before = previous.revenue.find(({ currency }) => currency === main?.currency);
  const more = others.map(({ amount, currency }) => money(amount, currency));
  return [
    count("Events", "events"),
    count("Users", "users"),
    count("Sessions", "sessions"),
    {
      name: "Revenue",
      value: main ? money(main.amount, main.currency) : NONE,
      title: main && `${full(main.amount)} ${main.currency ?? ""}`,
      pair: main && [main.amount, before?.amount ?? null],
      note: more.length > 0 ? `+ ${more.join(", ")}` : undefined,
    },
    {
      name: "Time spent",
      value: duration(totals.avgDwellSeconds),
      pair: [totals.avgDwellSeconds, previous.avgDwellSeconds],
    },
    {
      name: "Engagement",
      value: percent(totals.engagementRate),
      pair: [totals.engagementRate, previous.engagementRate],
    },
  ];
}

const NAMES = ["Events", "Users", "Sessions", "Revenue", "Time spent", "Engagement"];
const BONES: Tile[] = NAMES.map((name) => ({ name, value: "", pair: undefined }));

function Change({ pair }: { pair: Tile["pair"] }) {
  const [now, before] = pair ?? [null, null];
  if (now === null || !before) return <span className="tfd-change">&nbsp;</span>;
  const rate = (now - before) / before;
  const isSame = Math.abs(rate) < 0.0005;
  const sense = isSame ? "same" : rate > 0 ? "up" : "down";
  const text = percent(Math.abs(rate));
  return (
    <span className="tfd-change" data-sense={sense}>
      <span aria-hidden="true">{isSame ? "=" : rate > 0 ? "\u2191" : "\u2193"}</span>{" "}
      <span className="tfd-hidden">{sense} </span>
      {rate > 9.99 ? "> 1,000%" : text}
      <span className="tfd-hidden"> against the range before</span>
    </span>
  );
}
