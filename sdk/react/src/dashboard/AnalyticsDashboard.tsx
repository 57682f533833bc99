// What happened, on one page: the reports of the analytics service.

import { useId, useState } from "react";
import type { Token } from "../config.js";
import { Events } from "./Events.js";
import { Figures, type Metric } from "./Figures.js";
import { Funnel } from "./Funnel.js";
import { BarTable } from "./BarTable.js";
import { Message, Panel } from "./Panel.js";
import { Retention } from "./Retention.js";
import { TimeChart } from "./TimeChart.js";
import { duration, full } from "./format.js";
import { type DashboardReport, type Line, useReport, useSource } from "./reports.js";
import { STYLE } from "./style.js";

/** None of them is required. */
export interface AnalyticsDashboardProps {
  /** The heading; `"Analytics"` when left out. */
  title?: string | undefined;
  /** The range at first: `"24h"`, `"7d"`, `"30d"`, `"3m"` or `"12m"`; `"7d"` when left out. */
  timeframe?: string | undefined;
  /** Steps of the funnel, names of event types; view, engagement, purchase when left out. */
  funnel?: string[] | undefined;
  /** Time zone of days and weeks; the server's setting when left out. */
  tz?: string | undefined;
  /** `"auto"` follows the browser and is what counts when left out. */
  colorScheme?: "auto" | "light" | "dark" | undefined;
  /** After how many milliseconds it is asked again, 0 for never; a minute when left out. */
  refreshMs?: number | undefined;
  /** Where reports are read; `/api/analytics` on the provider's host when left out. */
  endpoint?: string | undefined;
  /** The token of a user who may read; the provider's when left out. */
  getToken?: (() => Token | Promise<Token>) | undefined;
  /** Whether cookies go along; `"same-origin"` when left out. */
  credentials?: RequestCredentials | undefined;
  /** For content security policies: goes onto the style element. */
  nonce?: string | undefined;
  /** Of the outermost element, beside its own. */
  className?: string | undefined;
}

const RANGES: [timeframe: string, short: string, long: string][] = [
  ["24h", "24 h", "The last 24 hours"],
  ["7d", "7 days", "The last 7 days"],
  ["30d", "30 days", "The last 30 days"],
  ["3m", "3 mo", "The last 3 months"],
  ["12m", "12 mo", "The last 12 months"],
];

const STEPS = ["view", "engagement", "purchase"];

/** Headline figures, content, breakdowns, funnel, retention and the latest events. */
export function AnalyticsDashboard(props: AnalyticsDashboardProps) {
  const { title = "Analytics", funnel = STEPS, tz, colorScheme = "auto", nonce } = props;
  const [timeframe, setTimeframe] = useState(props.timeframe ?? "7d");
  const [eventType, setEventType] = useState<string>();
  const [metric, setMetric] = useState<Metric>("events");
  const source = useSource(props);
  const asked = { timeframe, tz, eventType };
  const report = useReport<DashboardReport>(source, "/dashboard", asked);
  const { data } = report;
  const className = ["tfd", props.className].filter(Boolean).join(" ");
  return (
    <section className={className} data-scheme={colorScheme} aria-label={title}>
      <style nonce={nonce}>{STYLE}</style>
      <div className="tfd-page" data-stale={report.isFetching && !!data}>
        <header className="tfd-head">
          <h2>{title}</h2>
          {eventType !== undefined && (
            <button type="button" className="tfd-chip" onClick={() => setEventType(undefined)}>
              <span className="tfd-cut">{eventType}</span>
              <span aria-hidden="true">&times;</span>
              <span className="tfd-hidden">Show all events again</span>
            </button>
          )}
          <Ranges value={timeframe} onChange={setTimeframe} />
        </header>
        {report.error && !data ? (
          <Message error={report.error} onRetry={report.refetch} isLarge />
        ) : (
          <>
            <Figures report={data} metric={metric} onMetric={setMetric} />
            <TimeChart points={data?.series} metric={metric} />
            {report.error && <Message error={report.error} onRetry={report.refetch} />}
            <Lists report={data} onEvent={setEventType} />
            <div className="tfd-row">
              <Funnel source={source} steps={funnel} timeframe={timeframe} tz={tz} />
              <Retention source={source} timeframe={timeframe} tz={tz} eventType={eventType} />
            </div>
            <Events source={source} asked={asked} />
          </>
        )}
      </div>
    </section>
  );
}

function Ranges({ value, onChange }: { value: string; onChange: (timeframe: string) => void }) {
  const group = useId();
  const isListed = RANGES.some(([timeframe]) => timeframe === value);
  const all = isListed ? RANGES : [...RANGES, [value, value, value] as const];
  return (
    <fieldset className="tfd-ranges">
      <legend className="tfd-hidden">Range</legend>
      {all.map(([timeframe, short, long]) => (
        <label key={timeframe} title={long}>
          <input
            type="radio"
            name={group}
            checked={timeframe === value}
            onChange={() => onChange(timeframe)}
          />
          <span>{short}</span>
        </label>
      ))}
    </fieldset>
  );
}

interface ListsProps {
  report: DashboardReport | undefined;
  onEvent: (eventType: string) => void;
}

const PLACES = new Intl.DisplayNames("en", { type: "region", fallback: "code" });

function nameOf({ value, kind }: Line, name: (value: string) => string = String): string {
  if (kind === "other") return "Other";
  return value === null || value === "" || kind === "none" ? "Unknown" : name(String(value));
}

function country(code: string): string {
  return /^[A-Z]{2}$/i.test(code) ? (PLACES.of(code.toUpperCase()) ?? code) : code;
}

function Lists({ report, onEvent }: ListsProps) {
  const lines = (all: Line[] | undefined, name?: (value: string) => string) =>
    all?.map((line) => ({
      name: nameOf(line, name),
      value: line.events,
      other: full(line.users),
    }));
  const breakdown = report?.breakdown;
  return (
    <>
      <div className="tfd-row">
        <Panel title="Top events">
          <BarTable
            head={["Event", "Users", "Events"]}
            onPick={onEvent}
            pickLabel="Show only"
            lines={report?.topEvents.map(({ eventType, count, users }) => ({
              name: eventType, value: count, other: full(users),
            }))}
          />
        </Panel>
        <Panel title="Top content">
          <BarTable
            head={["Content", "Time spent", "Views"]}
            lines={report?.topContent.map(({ contentType, contentId, views, avgDwellSeconds }) => ({
              name: contentId ?? "Unknown", note: contentType ?? "", value: views,
              other: duration(avgDwellSeconds),
            }))}
          />
        </Panel>
      </div>
      <div className="tfd-row tfd-three">
        <Panel title="Platforms">
          <BarTable head={["Platform", "Users", "Events"]} lines={lines(breakdown?.platform)} />
        </Panel>
        <Panel title="Countries">
          <BarTable
            head={["Country", "Users", "Events"]}
            lines={lines(breakdown?.country, country)}
          />
        </Panel>
        <Panel title="Devices">
          <BarTable head={["Device", "Users", "Events"]} lines={lines(breakdown?.device)} />
        </Panel>
      </div>
    </>
  );
}
