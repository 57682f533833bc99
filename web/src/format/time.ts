/** Times as people read them, in the tenant's zone. */

import type { Interval } from '../api/question';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The label of a bucket. Its start is written in the zone already, so its text is read as it is. */
export function bucket(t: string, interval: Interval): string {
  const [year, month, day] = [t.slice(0, 4), MONTHS[Number(t.slice(5, 7)) - 1] ?? '', Number(t.slice(8, 10))];
  if (interval === 'month') return `${month} ${year}`;
  if (interval === 'hour') return `${month} ${day}, ${t.slice(11, 16)}`;
  return `${month} ${day}`;
}

export function moment(iso: string, zone: string): string {
  return new Intl.DateTimeFormat('en-US', {
    timeZone: zone, month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
  }).format(new Date(iso));
}

export function minute(iso: string, zone: string): string {
  return new Intl.DateTimeFormat('en-US', {
    timeZone: zone, year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
  }).format(new Date(iso));
}

export function dayOf(iso: string, zone: string): string {
  return new Intl.DateTimeFormat('en-US', { timeZone: zone, year: 'numeric', month: 'short', day: 'numeric' }).format(new Date(iso));
}

/** Today's date in a zone, as 2026-10-31. */
export function today(zone: string, now = new Date()): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(now);
}

/** A date so many days on. */
export function addDays(date: string, days: number): string {
  const at = new Date(`${date}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

/** Whole days from one date to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}

/** A date without its year: Oct 31; with it where years differ. */
export function date(text: string, withYear = true): string {
  const short = `${MONTHS[Number(text.slice(5, 7)) - 1] ?? ''} ${Number(text.slice(8, 10))}`;
  return withYear ? `${short}, ${text.slice(0, 4)}` : short;
}

export function ago(iso: string, now = Date.now()): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(iso)) / 1000));
  if (seconds < 60) return `${seconds}s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h ago`;
  return `${Math.floor(seconds / 86_400)}d ago`;
}

/** A moment as a field of date and time has it: 2026-10-31T09:30, in a zone. */
export function localOf(iso: string, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
  }).formatToParts(new Date(iso));
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  return `${of('year')}-${of('month')}-${of('day')}T${of('hour')}:${of('minute')}`;
}

/** The moment a zone's clocks show that; a text that is none stays as it is. Of an hour that comes twice the one or the other. */
export function isoOf(local: string, zone: string): string {
  const meant = Date.parse(`${local}Z`);
  if (Number.isNaN(meant)) return local;
  let at = meant;
  for (let turn = 0; turn < 2; turn += 1) at += meant - Date.parse(`${localOf(new Date(at).toISOString(), zone)}Z`);
  return new Date(at).toISOString();
}
