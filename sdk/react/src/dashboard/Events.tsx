// The latest events, one by one.

import { full, moment } from "./format.js";
import { Empty, Loading, Message, Panel } from "./Panel.js";
import { type EventsReport, type Source, useReport } from "./reports.js";

const LINES = "10";

interface EventsProps {
  source: Source;
  asked: Record<string, string | undefined>;
}

export function Events({ source, asked }: EventsProps) {
  const report = useReport<EventsReport>(source, "/events", { ...asked, limit: LINES });
  const { data, error, refetch } = report;
  return (
    <Panel
      title="Latest events"
      side={data && <span className="tfd-muted">{full(data.total)} in this range</span>}
    >
      {error ? (
        <Message error={error} onRetry={refetch} />
      ) : !data ? (
        <Loading lines={10} />
      ) : data.events.length === 0 ? (
        <Empty />
      ) : (
        <table className="tfd-table tfd-events">
          <thead>
            <tr>
              <th scope="col">Event</th>
              <th scope="col">User</th>
              <th scope="col" className="tfd-wide">
                Properties
              </th>
              <th scope="col" className="tfd-num">
                Time
              </th>
            </tr>
          </thead>
          <tbody>
            {data.events.map(({ id, eventType, userId, distinctId, timestamp, data }) => (
              <tr key={id}>
                <th scope="row">
                  <span className="tfd-cut" title={eventType}>
                    {eventType}
                  </span>
                </th>
                <td className="tfd-muted">
                  <span className="tfd-cut">{userId ?? distinctId ?? "anonymous"}</span>
                </td>
                <td className="tfd-muted tfd-wide">
                  <span className="tfd-cut">{shown(data)}</span>
                </td>
                <td className="tfd-num">
                  <time dateTime={timestamp}>{moment(timestamp)}</time>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

/** Properties on a line. */
function shown(data: Record<string, unknown> | null): string {
  const one = ([name, value]: [string, unknown]) =>
    `${name}: ${typeof value === "object" ? JSON.stringify(value) : String(value)}`;
  return Object.entries(data ?? {}).map(one).join("  \u00b7  ");
}
