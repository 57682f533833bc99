/** The shapes of answers. Fields may be added by the server; only what is shown is named here. */

import type { Question, Scalar } from './question';

export interface Meta {
  backend: string;
  range: { from: string; to: string; tz: string };
  rows_read: number;
  elapsed_ms: number;
  partial_from?: string;
  history_from?: string;
}

export interface Answer<R> {
  question: Question;
  result: R;
  meta: Meta;
}

export interface BreakdownValue {
  value?: unknown;
  kind?: 'other' | 'none';
}

export interface WebLine extends BreakdownValue {
  visitors: number;
  visits?: number;
  views?: number;
}

export interface WebFigures {
  visitors: number;
  visits: number;
  views: number;
  bounce_rate: number | null;
  avg_seconds: number | null;
}

export const WEB_TABLES = [
  'pages', 'entry_pages', 'exit_pages', 'sources', 'referrers', 'utm_source', 'utm_medium', 'utm_campaign',
  'countries', 'regions', 'devices', 'browsers', 'os',
] as const;
export type WebTable = (typeof WEB_TABLES)[number];
export type WebResult = WebFigures & { live_visitors: number; previous?: WebFigures } & Record<WebTable, WebLine[]>;

export interface Point {
  t: string;
  v: number | null;
  partial: boolean;
}

export interface TrendSeries {
  name: string;
  breakdown?: BreakdownValue[];
  total: number | null;
  data: Point[];
  previous?: { total: number | null; data: Point[] };
}

export interface SessionFigures {
  sessions: number;
  persons: number;
  bounced: number;
  bounce_rate: number | null;
  avg_seconds: number | null;
  median_seconds: number | null;
  events_per_session: number | null;
}

export interface SessionLine {
  person: string;
  session_id?: string;
  start: string;
  end: string;
  seconds: number;
  events: number;
  views: number;
  entry_page?: string;
  exit_page?: string;
  bounced: boolean;
}

export type SessionsResult = SessionFigures & {
  data?: (SessionFigures & { t: string; partial: boolean })[];
  list?: SessionLine[];
};

export interface FunnelStep {
  name: string;
  count: number;
  from_previous: number | null;
  from_first: number | null;
  median_seconds: number | null;
  avg_seconds: number | null;
}

export interface FunnelResult {
  steps: FunnelStep[];
  breakdown?: { value: BreakdownValue[]; steps: FunnelStep[] }[];
  time_to_convert?: { median_seconds: number | null; avg_seconds: number | null };
}

export interface RetentionResult {
  cohorts: { start: string; size: number; values: { period: number; count: number; rate: number | null; partial: boolean }[] }[];
  average: { period: number; rate: number | null }[];
}

export interface PathPlace {
  depth: number;
  name: string;
}

export interface PathsResult {
  paths: number;
  nodes: (PathPlace & { count: number })[];
  edges: { from: PathPlace; to: PathPlace; count: number; avg_seconds: number | null }[];
  dropped_edges: number;
}

export interface StickinessResult {
  data: { periods: number; persons: number }[];
}

export interface LifecycleResult {
  data: { t: string; new: number; returning: number; resurrecting: number; dormant: number; partial: boolean }[];
}

export type TrackedEvent = {
  event_id: string;
  event_type: string;
  timestamp: string;
  received_at?: string;
  distinct_id?: string;
  properties: Record<string, unknown>;
} & Record<string, unknown>;

export interface EventsResult {
  events: TrackedEvent[];
  next_cursor: string | null;
}

export interface PersonLine {
  person: string;
  first_seen: string;
  last_seen: string;
  events: number;
  properties: Record<string, unknown>;
}

export interface PersonsResult {
  total: number;
  persons: PersonLine[];
  next_cursor: string | null;
}

export interface PersonResult extends EventsResult {
  person: (PersonLine & { distinct_ids: string[] }) | null;
}

export interface PeopleOfResult {
  total: number;
  persons: { person: string }[];
  next_cursor: string | null;
}

export interface TaxonomyResult {
  events: { name: string; count: number; first_seen: string; last_seen: string }[];
  properties: { name: string; count: number; types: Record<string, number>; examples: Scalar[] }[];
}

export interface ErrorGroup {
  fingerprint: string;
  name: string;
  message: string;
  frame: string;
  count: number;
  persons: number;
  first_seen: string;
  last_seen: string;
}

export interface ErrorsResult {
  total: number;
  persons: number;
  groups: ErrorGroup[];
  dropped_groups: number;
}

export interface MetricFigures {
  metric: string;
  count: number;
  p50: number | null;
  p75: number | null;
  p90: number | null;
  p95: number | null;
  p99: number | null;
}

export interface PerformanceResult {
  metrics: MetricFigures[];
  pages: (BreakdownValue & { count: number; metrics: MetricFigures[] })[];
}

export interface RevenueFigures {
  currency: string | null;
  sum: number;
  orders: number;
  persons: number;
  average_order: number | null;
  per_person: number | null;
  data?: Point[];
}

export interface RevenueResult {
  currencies: RevenueFigures[];
}
