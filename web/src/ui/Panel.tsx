/** A box with a title and things to do at its right. */

import type { ReactNode } from 'react';
import classes from './Panel.module.css';

interface Props {
  title?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  /** Content reaches the edges, as tables do. */
  flush?: boolean;
  label?: string;
}

export function Panel({ title, actions, children, flush, label }: Props) {
  return (
    <section className={classes.panel} aria-label={label ?? (typeof title === 'string' ? title : undefined)}>
      {(title || actions) && (
        <div className={classes.head}>
          {typeof title === 'string' ? <h2>{title}</h2> : title}
          <div className={classes.actions}>{actions}</div>
        </div>
      )}
      <div className={flush ? classes.flush : classes.body}>{children}</div>
    </section>
  );
}

export function Grid({ children }: { children: ReactNode }) {
  return <div className={classes.grid}>{children}</div>;
}
