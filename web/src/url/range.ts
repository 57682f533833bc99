/** The date range of a page. */

import { useMemo } from 'react';
import type { Interval, QuestionRange } from '../api/question';
import { addDays, date, daysBetween } from '../format/time';
import { type Patch, useParams } from './params';

/** So much back from now, or days, both ends included. */
export type Range = { last: string } | { from: string; to: string };

export const PRESETS: { last: string; label: string }[] = [
  { last: '1d', label: 'Today' },
  { last: '24h', label: 'Last 24 hours' },
  { last: '7d', label: 'Last 7 days' },
  { last: '30d', label: 'Last 30 days' },
  { last: '90d', label: 'Last 90 days' },
  { last: '12m', label: 'Last 12 months' },
];

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const LAST = /^[1-9]\d{0,3}[hdwm]$/;

function isDay(text: string | null): text is string {
  return text !== null && DAY.test(text) && !Number.isNaN(Date.parse(text)) && addDays(text, 0) === text;
}

export function readRange(params: URLSearchParams, fallback = '30d'): Range {
  const [from, to, last] = [params.get('from'), params.get('to'), params.get('range')];
  if (isDay(from) && isDay(to) && from <= to) return { from, to };
  return { last: last !== null && LAST.test(last) ? last : fallback };
}

export function writeRange(range: Range): Patch {
  if ('last' in range) return { range: range.last, from: null, to: null };
  return { range: null, from: range.from, to: range.to };
}

export function toQuestion(range: Range): QuestionRange {
  return 'last' in range ? range : { from: range.from, to: addDays(range.to, 1) };
}

const UNIT_DAYS: Record<string, number> = { h: 1 / 24, d: 1, w: 7, m: 30 };

export function lengthInDays(range: Range): number {
  if ('last' in range) return Number.parseInt(range.last, 10) * (UNIT_DAYS[range.last.slice(-1)] ?? 1);
  return daysBetween(range.from, range.to) + 1;
}

/** The bucket that makes a chart of some 7 to 90 points. */
export function intervalFor(range: Range): Interval {
  const days = lengthInDays(range);
  if (days <= 2) return 'hour';
  if (days <= 92) return 'day';
  return days <= 400 ? 'week' : 'month';
}

export function rangeLabel(range: Range): string {
  if ('from' in range) {
    if (range.from === range.to) return date(range.from);
    const sameYear = range.from.slice(0, 4) === range.to.slice(0, 4);
    return `${date(range.from, !sameYear)} – ${date(range.to)}`;
  }
  const known = PRESETS.find((preset) => preset.last === range.last);
  if (known) return known.label;
  const unit = { h: 'hours', d: 'days', w: 'weeks', m: 'months' }[range.last.slice(-1)];
  return `Last ${Number.parseInt(range.last, 10)} ${unit}`;
}

export function useRange(fallback = '30d'): Range {
  const params = useParams();
  const text = `${params.get('range')} ${params.get('from')} ${params.get('to')} ${fallback}`;
  return useMemo(() => readRange(params, fallback), [text]);
}
