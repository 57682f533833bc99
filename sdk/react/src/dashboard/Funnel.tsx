// How many get from step to step.

import { duration, full, percent } from "./format.js";
import { Empty, Loading, Message, Panel } from "./Panel.js";
import { type FunnelReport, type Source, useReport } from "./reports.js";

interface FunnelProps {
  source: Source;
  steps: string[];
  timeframe: string;
  tz: string | undefined;
}

export function Funnel({ source, steps, timeframe, tz }: FunnelProps) {
  const asked = { steps: JSON.stringify(steps), timeframe, tz };
  const { data, error, refetch } = useReport<FunnelReport>(source, "/funnel", asked);
  const side = data && data.totalUsers > 0 && (
    <span className="tfd-muted">{percent(data.overallConversion)} get through</span>
  );
  return (
    <Panel title="Funnel" side={side}>
      {error ? (
        <Message error={error} onRetry={refetch} />
      ) : !data ? (
        <Loading lines={6} />
      ) : data.totalUsers === 0 ? (
        <Empty>Nobody took the first step, {steps[0]}, in this range</Empty>
      ) : (
        <ol className="tfd-funnel">
          {data.steps.map((step) => (
            <li key={step.step}>
              <div className="tfd-step">
                <span className="tfd-cut" title={step.name}>
                  {step.name}
                </span>
                <span className="tfd-num">
                  {full(step.users)} <span className="tfd-muted">users</span>
                </span>
              </div>
              <div className="tfd-track">
                <span style={{ width: `${(step.conversionRate ?? 0) * 100}%` }} />
              </div>
              <div className="tfd-muted tfd-small">
                {step.step === 1 ? "Start" : `${percent(step.conversionFromPrevious)} of the step before`}
                {step.medianSecondsFromPrevious !== null &&
                  `, after ${duration(step.medianSecondsFromPrevious)} (median)`}
              </div>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
