/** Values of properties and breakdowns as text. */

import type { BreakdownValue } from '../api/answer';

export function value(of: unknown): string {
  if (of === null || of === undefined) return 'null';
  if (typeof of === 'string') return of === '' ? '(empty)' : of;
  return typeof of === 'object' ? JSON.stringify(of) : String(of);
}

/** A value of a breakdown by a subject; countries have names. */
export function brokenBy(subject: string | null, of: BreakdownValue): string {
  return subject === 'country' && typeof of.value === 'string' ? country(of.value) : broken(of);
}

export function broken(of: BreakdownValue): string {
  if (of.kind === 'none') return '(none)';
  if (of.kind === 'other') return 'Other';
  return value(of.value);
}

let names: Intl.DisplayNames | undefined;

export function country(code: string): string {
  if (!/^[A-Z]{2}$/.test(code)) return code;
  names ??= new Intl.DisplayNames(['en'], { type: 'region' });
  return names.of(code) ?? code;
}
