/** How much a figure changed. Whether that is good is told by colour and never by colour alone. */

import { change, percent } from '../format/number';

/** Beyond it only the direction tells something. */
const MOST = 10;

interface Props {
  now: number | null | undefined;
  before: number | null | undefined;
  /** Less is better, as with bounces. */
  inverse?: boolean;
}

export function Change({ now, before, inverse }: Props) {
  const by = change(now, before);
  if (by === null) return <span className="muted">–</span>;
  const digits = Math.abs(by) < 0.1 ? 1 : 0;
  if (Math.abs(by) < 0.0005) return <span className="muted">0%</span>;
  const up = by > 0;
  return (
    <span style={{ color: up !== (inverse ?? false) ? 'var(--good)' : 'var(--bad)' }}>
      {up ? '↑' : '↓'} {by > MOST ? `> ${percent(MOST, 0)}` : percent(Math.abs(by), digits)}
    </span>
  );
}
