/** Loading, nothing there, and what went wrong. */

import { Button, Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import { Problem } from '../api/client';
import classes from './states.module.css';

export function PageSkeleton() {
  return (
    <div aria-busy="true" aria-label="Loading">
      <Skeleton height={28} width={160} mb={24} />
      <Skeleton height={320} mb={16} />
      <Skeleton height={240} />
    </div>
  );
}

export function Empty({ title, children, height }: { title: string; children?: ReactNode; height?: number }) {
  return (
    <div className={classes.empty} style={{ minHeight: height }}>
      <p className={classes.title}>{title}</p>
      {children && <div className="muted">{children}</div>}
    </div>
  );
}

export function Failure({ error, again, height }: { error: Error; again?: () => void; height?: number }) {
  const problem = error instanceof Problem ? error : null;
  const listed = problem?.errors.map((one) => one.message) ?? [];
  const reasons = problem?.status === 0 ? [] : listed.length > 0 ? listed : [error.message];
  const title = problem?.status === 0 ? 'The server cannot be reached' : 'This could not be answered';
  return (
    <div role="alert" className={classes.empty} style={{ minHeight: height }}>
      <p className={classes.title}>{title}</p>
      <div className="muted">
        {reasons.map((reason) => <p key={reason}>{reason}</p>)}
      </div>
      {again && <Button size="xs" variant="default" mt={12} onClick={again}>Try again</Button>}
    </div>
  );
}

interface Answered<T> {
  data: T | undefined;
  error: Error | null;
  isPlaceholderData: boolean;
  refetch: () => unknown;
}

/** Shows what an answer is shown as, or why it cannot be, in a box of one size. */
export function Await<T>({ of, height, children }: { of: Answered<T>; height: number; children: (data: T) => ReactNode }) {
  if (of.error) return <Failure error={of.error} again={() => void of.refetch()} height={height} />;
  if (of.data === undefined) return <Skeleton height={height} aria-busy="true" aria-label="Loading" />;
  return <div className={of.isPlaceholderData ? classes.stale : undefined} aria-busy={of.isPlaceholderData}>{children(of.data)}</div>;
}
