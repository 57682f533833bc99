/** What the builder of insights holds, as a page address and as a question. */

import type { Interval, Measure, Question } from '../api/question';
import { type Condition, readCondition, readSubject, writeCondition } from '../url/filters';
import type { Patch } from '../url/params';
import { type Range, toQuestion } from '../url/range';
import { filter, subjectLabel, subjectRef } from './filter';

export const KINDS = [
  { kind: 'trend', label: 'Trend' },
  { kind: 'funnel', label: 'Funnel' },
  { kind: 'retention', label: 'Retention' },
  { kind: 'paths', label: 'Paths' },
  { kind: 'stickiness', label: 'Stickiness' },
  { kind: 'lifecycle', label: 'Lifecycle' },
] as const;
export type InsightKind = (typeof KINDS)[number]['kind'];

export const MEASURES: { measure: Measure; label: string; numeric: boolean }[] = [
  { measure: 'total', label: 'Total count', numeric: false },
  { measure: 'unique_persons', label: 'Unique persons', numeric: false },
  { measure: 'sessions', label: 'Sessions', numeric: false },
  { measure: 'per_person', label: 'Average per person', numeric: false },
  { measure: 'sum', label: 'Sum of', numeric: true },
  { measure: 'avg', label: 'Average of', numeric: true },
  { measure: 'min', label: 'Minimum of', numeric: true },
  { measure: 'max', label: 'Maximum of', numeric: true },
  { measure: 'median', label: 'Median of', numeric: true },
  { measure: 'p90', label: '90th percentile of', numeric: true },
  { measure: 'p95', label: '95th percentile of', numeric: true },
  { measure: 'p99', label: '99th percentile of', numeric: true },
];

/** A series, a step, or one side of a retention. */
export interface Part {
  /** Null is any event. */
  event: string | null;
  measure: Measure;
  /** What a numeric measure is taken of. */
  of: string | null;
  filters: Condition[];
}

export interface Insight {
  kind: InsightKind;
  parts: Part[];
  breakdown: string | null;
  formula: string;
  cumulative: boolean;
  bars: boolean;
  /** Hours in which a funnel must be gone through. */
  window: number;
  order: 'ordered' | 'strict' | 'unordered';
  period: 'hour' | 'day' | 'week' | 'month';
  periods: number;
  first: boolean;
  by: string;
  start: string;
  depth: number;
}

export const newPart = (event: string | null = null): Part => ({ event, measure: 'total', of: null, filters: [] });

const numeric = (measure: Measure) => MEASURES.find((one) => one.measure === measure)?.numeric ?? false;

const escape = (text: string) => text.replaceAll('%', '%25').replaceAll('|', '%7C');
const unescape = (text: string) => text.replaceAll('%7C', '|').replaceAll('%25', '%');

export function writePart(part: Part): string {
  const texts = [part.event ?? '', part.measure, part.of ?? '', ...part.filters.map(writeCondition)];
  while (texts.length > 1 && (texts[texts.length - 1] === '' || (texts.length === 2 && texts[1] === 'total'))) texts.pop();
  return texts.map(escape).join('|');
}

export function readPart(text: string): Part {
  const [event = '', measure = 'total', of = '', ...filters] = text.split('|').map(unescape);
  const known = MEASURES.find((one) => one.measure === measure)?.measure ?? 'total';
  return { event: event || null, measure: known, of: of || null, filters: filters.map(readCondition).filter((one) => one !== null) };
}

/** So many parts a kind has at least and at most. */
export function bounds(kind: InsightKind): [number, number] {
  if (kind === 'trend') return [1, 10];
  if (kind === 'funnel') return [2, 20];
  return kind === 'retention' ? [2, 2] : [1, 1];
}

function whole(text: string | null, fallback: number, min: number, max: number): number {
  const value = Number(text ?? '');
  return text !== null && Number.isInteger(value) && value >= min && value <= max ? value : fallback;
}

function oneOf<T extends string>(text: string | null, all: readonly T[]): T {
  return all.find((one) => one === text) ?? (all[0] as T);
}

export function readInsight(params: URLSearchParams): Insight {
  const kind = oneOf(params.get('kind'), KINDS.map((one) => one.kind));
  const [least, most] = bounds(kind);
  const parts = params.getAll('s').map(readPart).slice(0, most);
  while (parts.length < least) parts.push(newPart());
  return {
    kind,
    parts,
    breakdown: params.get('breakdown') || null,
    formula: params.get('formula') ?? '',
    cumulative: params.get('cumulative') === 'yes',
    bars: params.get('draw') === 'bars',
    window: whole(params.get('window'), 24 * 14, 1, 24 * 366),
    order: oneOf(params.get('order'), ['ordered', 'strict', 'unordered'] as const),
    period: oneOf(params.get('period'), ['day', 'week', 'month', 'hour'] as const),
    periods: whole(params.get('periods'), 8, 1, 90),
    first: params.get('first') === 'yes',
    by: params.get('by') || 'event_type',
    start: params.get('start') ?? '',
    depth: whole(params.get('depth'), 5, 2, 10),
  };
}

export function writeInsight(insight: Insight): Patch {
  const other = <T>(value: T, fallback: T) => (value === fallback ? null : String(value));
  return {
    kind: other(insight.kind, 'trend'),
    s: insight.parts.map(writePart),
    breakdown: insight.breakdown,
    formula: insight.formula || null,
    cumulative: insight.cumulative ? 'yes' : null,
    draw: insight.bars ? 'bars' : null,
    window: other(insight.window, 24 * 14),
    order: other(insight.order, 'ordered'),
    period: other(insight.period, 'day'),
    periods: other(insight.periods, 8),
    first: insight.first ? 'yes' : null,
    by: other(insight.by, 'event_type'),
    start: insight.start || null,
    depth: other(insight.depth, 5),
  };
}

interface Around {
  range: Range;
  interval: Interval;
  filters: Condition[];
  compare: boolean;
}

function selector(part: Part, filters: Condition[]): Record<string, unknown> {
  const only = filter([...filters, ...part.filters]);
  return { ...(part.event && { event: part.event }), ...(only && { filter: only }) };
}

/** The letter a formula knows a series by; it is also its name in the question. */
export const letter = (index: number) => String.fromCharCode(65 + index);

export function partLabel(part: Part): string {
  const event = part.event ?? 'Any event';
  if (part.measure === 'total') return event;
  const measure = MEASURES.find((one) => one.measure === part.measure)?.label ?? part.measure;
  return part.of ? `${event}: ${measure} ${subjectLabel(readSubject(part.of))}` : `${event}: ${measure}`;
}

/** Whether something is missing that a question cannot be asked without. */
export function missing(insight: Insight): string | null {
  if (insight.kind === 'trend' && insight.parts.some((part) => numeric(part.measure) && !part.of)) return 'Choose the property that is to be measured';
  return null;
}

export function toInsightQuestion(insight: Insight, { range, interval, filters, compare }: Around): Question {
  const { kind, parts } = insight;
  const [first = newPart(), second = newPart()] = parts;
  const base = { kind, range: toQuestion(range) };
  // Lines of a chart are told apart by eight colours, the last of them for the rest.
  const limit = kind === 'trend' ? 7 : 10;
  const breakdown = insight.breakdown ? { breakdown: [subjectRef(readSubject(insight.breakdown))], breakdown_limit: limit } : {};
  switch (kind) {
    case 'trend': {
      const series = parts.map((part, i) => ({
        name: letter(i),
        ...selector(part, filters),
        measure: part.measure,
        ...(numeric(part.measure) && part.of && subjectRef(readSubject(part.of))),
      }));
      const formula = insight.formula.trim() ? { formula: insight.formula.trim() } : {};
      const before = compare && !insight.breakdown ? { compare: 'previous' } : {};
      return { ...base, interval, series, ...formula, ...breakdown, ...before, ...(insight.cumulative && { cumulative: true }) };
    }
    case 'funnel': {
      const steps = parts.map((part) => selector(part, filters));
      return { ...base, steps, window_seconds: insight.window * 3600, order: insight.order, ...breakdown };
    }
    case 'retention':
      return { ...base, period: insight.period, periods: insight.periods, type: insight.first ? 'first_time' : 'recurring', start: selector(first, filters), return: selector(second, filters) };
    case 'paths': {
      const only = selector({ ...first, event: first.event }, filters);
      return { ...base, ...only, by: subjectRef(readSubject(insight.by)), depth: insight.depth, edges: 40, ...(insight.start && { start: insight.start }) };
    }
    default:
      return { ...base, interval, ...selector(first, filters) };
  }
}
