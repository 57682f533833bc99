/** The questions of the overview. */

import type { WebTable } from '../api/answer';
import type { Filter, Interval, Question } from '../api/question';
import type { Condition } from '../url/filters';
import { type Range, toQuestion } from '../url/range';
import { filter } from './filter';

/** What counts as a view where the tenant has not said otherwise. */
export const VIEWS = ['page_view', '$pageview', 'page_viewed', 'page', 'screen_view', '$screen', 'screen'];

export const WEB_METRICS = [
  { key: 'visitors', label: 'Visitors' },
  { key: 'visits', label: 'Visits' },
  { key: 'views', label: 'Page views' },
  { key: 'bounce_rate', label: 'Bounce rate' },
  { key: 'avg_seconds', label: 'Visit duration' },
] as const;
export type WebMetric = (typeof WEB_METRICS)[number]['key'];

export function webQuestion(range: Range, conditions: Condition[], compare: boolean, limit = 10): Question {
  const only = filter(conditions);
  return { kind: 'web', range: toQuestion(range), limit, ...(only && { filter: only }), ...(compare && { compare: 'previous' }) };
}

const MEASURES = { visitors: 'unique_persons', visits: 'sessions', views: 'total' } as const;

/** The main chart: a trend over views, or figures of sessions with one. */
export function webChart(metric: WebMetric, range: Range, interval: Interval, conditions: Condition[], compare: boolean, views = VIEWS): Question {
  const isView: Filter = { field: 'event_type', op: 'in', value: views };
  const only = filter(conditions, [isView]);
  if (metric === 'bounce_rate' || metric === 'avg_seconds') {
    return { kind: 'sessions', range: toQuestion(range), interval, filter: only };
  }
  const series = [{ measure: MEASURES[metric], filter: only }];
  return { kind: 'trend', range: toQuestion(range), interval, series, ...(compare && { compare: 'previous' }) };
}

/** The field a line of a table is a value of. Entry and exit pages filter visits that saw the page. */
export const TABLE_FIELDS: Record<WebTable, string> = {
  pages: 'page_path', entry_pages: 'page_path', exit_pages: 'page_path', sources: 'referrer_source', referrers: 'referrer',
  utm_source: 'utm_source', utm_medium: 'utm_medium', utm_campaign: 'utm_campaign', countries: 'country', regions: 'region',
  devices: 'device_type', browsers: 'browser', os: 'os',
};

export function lineCondition(table: WebTable, line: { value?: unknown; kind?: string }): Condition | null {
  const subject = { of: 'field' as const, name: TABLE_FIELDS[table] };
  if (line.kind === 'other') return null;
  if (line.kind === 'none' || line.value === null) return { subject, op: 'is_not_set', values: [] };
  return { subject, op: 'is', values: [String(line.value)] };
}
