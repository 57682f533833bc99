/** A short table whose bars tell how the lines compare; a click on one filters. */

import { UnstyledButton } from '@mantine/core';
import { count } from '../format/number';
import classes from './BarList.module.css';

export interface Bar {
  key: string;
  label: string;
  value: number;
  /** A second figure beside the first. */
  more?: number;
  pick?: () => void;
}

interface Props {
  head: string;
  figure: string;
  more?: string;
  bars: Bar[];
  /** How many lines are kept free, so that nothing below moves. */
  lines: number;
}

export function BarList({ head, figure, more, bars, lines }: Props) {
  const most = Math.max(1, ...bars.map((bar) => bar.value));
  return (
    <div style={{ minHeight: 28 + lines * 32 }}>
      <div className={classes.head}>
        <span>{head}</span>
        {more && <span className={classes.figure}>{more}</span>}
        <span className={classes.figure}>{figure}</span>
      </div>
      <ul className={classes.list}>
        {bars.map((bar) => (
          <li key={bar.key}>
            <UnstyledButton className={classes.line} onClick={bar.pick} disabled={!bar.pick} title={bar.label}>
              <span className={classes.bar}>
                <span className={classes.fill} style={{ width: `${(bar.value / most) * 100}%` }} />
                <span className={classes.label}>{bar.label}</span>
              </span>
              {more && <span className={`${classes.figure} muted`}>{count(bar.more)}</span>}
              <span className={classes.figure}>{count(bar.value)}</span>
            </UnstyledButton>
          </li>
        ))}
      </ul>
      {bars.length === 0 && <p className={classes.none}>Nothing in this range</p>}
    </div>
  );
}
