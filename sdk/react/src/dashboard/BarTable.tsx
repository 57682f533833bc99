// Names with figures; a bar behind each name shows its share of the largest.

import { figure, full } from "./format.js";
import { Empty, Loading } from "./Panel.js";

export interface BarLine {
  name: string;
  /** In smaller letters behind the name. */
  note?: string;
  value: number;
  /** The figure before the main one. */
  other: string;
}

interface BarTableProps {
  head: [name: string, other: string, value: string];
  /** Undefined while they are loading. */
  lines: BarLine[] | undefined;
  /** Makes names buttons. */
  onPick?: (name: string) => void;
  pickLabel?: string;
}

export function BarTable({ head, lines, onPick, pickLabel = "" }: BarTableProps) {
  if (!lines) return <Loading lines={6} />;
  if (lines.length === 0) return <Empty />;
  const most = Math.max(...lines.map(({ value }) => value), 1);
  return (
    <table className="tfd-table tfd-bars">
      <thead>
        <tr>
          {head.map((name, at) => (
            <th key={name} scope="col" className={at > 0 ? "tfd-num" : undefined}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {lines.map(({ name, note, value, other }, at) => (
          <tr key={`${at} ${name}`}>
            <th scope="row">
              <span className="tfd-bar" style={{ width: `${(value / most) * 100}%` }} />
              <span className="tfd-name tfd-cut" title={name}>
                {onPick ? (
                  <button type="button" onClick={() => onPick(name)} title={`${pickLabel} ${name}`}>
                    {name}
                  </button>
                ) : (
                  name
                )}
                {note && <span className="tfd-muted"> {note}</span>}
              </span>
            </th>
            <td className="tfd-num tfd-muted">{other}</td>
            <td className="tfd-num" title={full(value)}>
              {figure(value)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
