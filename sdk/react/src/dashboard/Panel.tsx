// The frame of each part, and what stands in it while there are no figures.

import { type ReactNode, useId } from "react";
import { ReportError } from "./reports.js";

interface PanelProps {
  title: string;
  /** At the end of the heading's line. */
  side?: ReactNode;
  children: ReactNode;
}

export function Panel({ title, side, children }: PanelProps) {
  const id = useId();
  return (
    <section className="tfd-panel" aria-labelledby={id}>
      <div className="tfd-title">
        <h3 id={id}>{title}</h3>
        {side}
      </div>
      {children}
    </section>
  );
}

/** Lines as wide as what is to come. */
export function Loading({ lines }: { lines: number }) {
  return (
    <div className="tfd-loading" role="status">
      <span className="tfd-hidden">Loading</span>
      {Array.from({ length: lines }, (_, at) => (
        <span key={at} className="tfd-bone" style={{ width: `${92 - ((at * 23) % 50)}%` }} />
      ))}
    </div>
  );
}

export function Empty({ children = "Nothing in this range" }: { children?: ReactNode }) {
  return <p className="tfd-empty">{children}</p>;
}

interface MessageProps {
  error: Error;
  onRetry: () => void;
  isLarge?: boolean;
}

/** Why there are no figures, and what can be done. */
export function Message({ error, onRetry, isLarge = false }: MessageProps) {
  const status = error instanceof ReportError ? error.status : 0;
  return (
    <div className={isLarge ? "tfd-message tfd-large" : "tfd-message"} role="alert">
      <p>{sentence(status)}</p>
      <p className="tfd-muted">{error.message}</p>
      <button type="button" className="tfd-button" onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}

function sentence(status: number): string {
  if (status === 401) return "Log in to see these figures.";
  if (status === 403) return "You may not see these figures.";
  if (status === 0) return "The server cannot be reached.";
  if (status === 400) return "The server did not understand what was asked.";
  if (status === 429 || status === 503) return "The server is busy.";
  return "These figures could not be loaded.";
}
