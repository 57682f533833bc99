/** The title of a page, its time and its filters. */

import type { ReactNode } from 'react';
import { FilterBar } from './FilterBar';
import { RangePicker } from './RangePicker';
import classes from './PageHead.module.css';

interface Props {
  title: ReactNode;
  /** Beside the title. */
  note?: ReactNode;
  /** The range a page begins with; null for pages without one. */
  range?: string | null;
  compare?: boolean;
  filters?: boolean;
  children?: ReactNode;
}

export function PageHead({ title, note, range = '30d', compare = false, filters = true, children }: Props) {
  return (
    <header className={classes.head}>
      <div className={classes.row}>
        <h1>{title}</h1>
        {note && <div className={classes.note}>{note}</div>}
        <div className={classes.tools}>
          {children}
          {range !== null && <RangePicker fallback={range} compare={compare} />}
        </div>
      </div>
      {filters && <FilterBar />}
    </header>
  );
}
