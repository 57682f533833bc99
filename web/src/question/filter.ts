/** From the conditions people see to the filter of a question. */

import type { ConditionRef, Filter, Op, Scalar, SubjectRef } from '../api/question';
import type { Condition, Subject } from '../url/filters';

export const OPS: { op: Op; label: string; values: 'none' | 'one' | 'two' | 'many' }[] = [
  { op: 'is', label: 'is', values: 'one' },
  { op: 'is_not', label: 'is not', values: 'one' },
  { op: 'in', label: 'is any of', values: 'many' },
  { op: 'not_in', label: 'is none of', values: 'many' },
  { op: 'contains', label: 'contains', values: 'one' },
  { op: 'not_contains', label: 'does not contain', values: 'one' },
  { op: 'starts_with', label: 'starts with', values: 'one' },
  { op: 'ends_with', label: 'ends with', values: 'one' },
  { op: 'regex', label: 'matches regex', values: 'one' },
  { op: 'gt', label: '>', values: 'one' },
  { op: 'gte', label: '≥', values: 'one' },
  { op: 'lt', label: '<', values: 'one' },
  { op: 'lte', label: '≤', values: 'one' },
  { op: 'between', label: 'is between', values: 'two' },
  { op: 'is_set', label: 'is set', values: 'none' },
  { op: 'is_not_set', label: 'is not set', values: 'none' },
];

const NUMERIC: Op[] = ['gt', 'gte', 'lt', 'lte', 'between'];

export function subjectRef(subject: Subject): SubjectRef {
  if (subject.of === 'property') return { property: subject.name };
  return subject.of === 'person' ? { person: subject.name } : { field: subject.name };
}

/** A typed value of a property may be meant as text, number or truth: all of them are asked for. */
function spellings(text: string, subject: Subject): Scalar[] {
  if (subject.of === 'field') return [text];
  const out: Scalar[] = [text];
  if (/^-?\d+(\.\d+)?$/.test(text)) out.push(Number(text));
  if (text === 'true' || text === 'false') out.push(text === 'true');
  return out;
}

export function isWhole(condition: Condition): boolean {
  const shape = OPS.find((one) => one.op === condition.op)?.values ?? 'one';
  const given = condition.values.filter((value) => value !== '').length;
  if (shape === 'none') return true;
  return shape === 'two' ? given === 2 : given >= 1;
}

function isDirect(condition: Condition): boolean {
  const { subject, values } = condition;
  return subject.of === 'field' && subject.name === 'referrer_source' && values.length === 1 && values[0] === 'direct';
}

export function condition(of: Condition): Filter {
  const ref = subjectRef(of.subject);
  const one = (op: Op, value?: Scalar | Scalar[]): ConditionRef => (value === undefined ? { ...ref, op } : { ...ref, op, value });
  // A visit without a source counts as direct in every table, so it does here.
  if (isDirect(of) && of.op === 'is') return { any: [one('is', 'direct'), one('is_not_set')] };
  if (of.op === 'is_set' || of.op === 'is_not_set') return one(of.op);
  if (NUMERIC.includes(of.op)) {
    const numbers = of.values.map(Number);
    return one(of.op, of.op === 'between' ? numbers : (numbers[0] ?? 0));
  }
  const values = of.values.flatMap((value) => (/^(is|is_not|in|not_in)$/.test(of.op) ? spellings(value, of.subject) : [value]));
  if (of.op === 'in' || of.op === 'not_in') return one(of.op, values);
  if (values.length > 1) return one(of.op === 'is' ? 'in' : 'not_in', values);
  return one(of.op, values[0] ?? '');
}

/** All of the conditions that are whole; undefined where there are none. */
export function filter(conditions: Condition[], more: Filter[] = []): Filter | undefined {
  const all = [...more, ...conditions.filter(isWhole).map(condition)];
  return all.length === 0 ? undefined : { all };
}

const FIELD_LABELS: Record<string, string> = {
  event_type: 'Event', page_path: 'Page', referrer_source: 'Source', referrer: 'Referrer', utm_source: 'UTM source',
  utm_medium: 'UTM medium', utm_campaign: 'UTM campaign', country: 'Country', region: 'Region', city: 'City',
  device_type: 'Device', browser: 'Browser', os: 'OS', distinct_id: 'Distinct id', user_id: 'User id',
  session_id: 'Session id', platform: 'Platform', app_version: 'App version', page_host: 'Host', page_title: 'Title',
  page_url: 'URL', utm_term: 'UTM term', utm_content: 'UTM content', landing_page: 'Landing page', currency: 'Currency',
};

export const FIELDS = Object.keys(FIELD_LABELS);

export function subjectLabel(subject: Subject): string {
  if (subject.of === 'field') return FIELD_LABELS[subject.name] ?? subject.name;
  return subject.of === 'person' ? `Person ${subject.name}` : subject.name;
}

export function conditionLabel(of: Condition): string {
  const op = OPS.find((one) => one.op === of.op)?.label ?? of.op;
  return [subjectLabel(of.subject), op, of.values.join(of.op === 'between' ? ' and ' : ', ')].filter(Boolean).join(' ');
}
