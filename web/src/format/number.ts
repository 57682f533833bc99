/** Figures as people read them. Missing figures are a dash. */

const NONE = '–';
const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });
const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });

export function count(value: number | null | undefined): string {
  if (value === null || value === undefined) return NONE;
  return Number.isInteger(value) ? whole.format(value) : fine.format(value);
}

/** Short where the full figure would not fit: 123K, 1.2M. */
export function short(value: number | null | undefined): string {
  if (value === null || value === undefined) return NONE;
  return Math.abs(value) < 10_000 ? count(value) : compact.format(value);
}

/** A share from 0 to 1. */
export function percent(value: number | null | undefined, digits = 1): string {
  if (value === null || value === undefined) return NONE;
  return `${(value * 100).toFixed(digits).replace(/\.0+$/, '')}%`;
}

/** A length of time in seconds. */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return NONE;
  if (seconds > 0 && seconds < 1) return `${Math.round(seconds * 1000)}ms`;
  const all = Math.round(seconds);
  if (all < 60) return `${all}s`;
  if (all < 3600) return `${Math.floor(all / 60)}m ${all % 60}s`;
  if (all < 86_400) return `${Math.floor(all / 3600)}h ${Math.floor((all % 3600) / 60)}m`;
  return `${Math.floor(all / 86_400)}d ${Math.floor((all % 86_400) / 3600)}h`;
}

export function millis(value: number | null | undefined): string {
  if (value === null || value === undefined) return NONE;
  return value < 999.5 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(2)} s`;
}

export function money(value: number | null | undefined, currency: string | null): string {
  if (value === null || value === undefined) return NONE;
  if (currency === null || !/^[A-Z]{3}$/.test(currency)) return fine.format(value);
  return new Intl.NumberFormat('en-US', { style: 'currency', currency, maximumFractionDigits: 2 }).format(value);
}

/** The change between two figures as a share; null where there is nothing to compare with. */
export function change(now: number | null | undefined, before: number | null | undefined): number | null {
  if (now === null || now === undefined || before === null || before === undefined || before === 0) return null;
  return (now - before) / before;
}

export function bytes(value: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log(value) / Math.log(1000)));
  return `${(value / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
