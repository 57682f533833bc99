// Figures and times as people read them. Times are shown as the server's zone has them.

const whole = new Intl.NumberFormat("en");
const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const share = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });

/** Stands where there is no figure. */
export const NONE = "\u2013";

export const full = (value: number): string => whole.format(value);

/** Six digits at most. */
export const figure = (value: number): string =>
  Math.abs(value) < 1e5 ? whole.format(value) : short.format(value);

export const compact = (value: number): string => short.format(value);

export const percent = (rate: number | null): string => (rate === null ? NONE : share.format(rate));

export function money(amount: number, currency: string | null): string {
  const isLarge = Math.abs(amount) >= 1e5;
  const digits = { maximumFractionDigits: isLarge ? 1 : 2 };
  const notation = isLarge ? "compact" : "standard";
  try {
    if (!currency) throw new RangeError("no currency");
    const options = { style: "currency", currency, notation, ...digits } as const;
    return new Intl.NumberFormat("en", options).format(amount);
  } catch {
    return new Intl.NumberFormat("en", { notation, ...digits }).format(amount);
  }
}

export function duration(seconds: number | null): string {
  if (seconds === null) return NONE;
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60) return `${Math.round(seconds * 10) / 10} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** The wall clock of a time that carries its zone's offset. */
function wall(time: string): Date {
  return new Date(`${time.slice(0, 19)}Z`);
}

const utc = (options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat("en", { ...options, timeZone: "UTC" });
const day = utc({ month: "short", day: "numeric" });
const hour = utc({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const month = utc({ month: "short", year: "numeric" });
const weekday = utc({ weekday: "short", month: "short", day: "numeric" });

/** How buckets are labelled, by how far they are apart. */
export function labels(times: string[]): { axis(time: string): string; long(time: string): string } {
  const [first, second] = times.map((time) => wall(time).getTime());
  const step = first !== undefined && second !== undefined ? second - first : 864e5;
  if (step < 864e5) {
    return {
      axis: (time) => hour.format(wall(time)),
      long: (time) => `${day.format(wall(time))}, ${hour.format(wall(time))}`,
    };
  }
  if (step > 20 * 864e5) {
    const name = (time: string) => month.format(wall(time));
    return { axis: name, long: name };
  }
  const of = step > 864e5 ? (time: string) => `Week of ${day.format(wall(time))}` : undefined;
  return {
    axis: (time) => day.format(wall(time)),
    long: of ?? ((time) => weekday.format(wall(time))),
  };
}

/** The label of a cohort: a date, or a time where periods are hours. */
export function period(time: string): string {
  const at = new Date(time.length > 10 ? `${time.slice(0, 19)}Z` : `${time}T00:00:00Z`);
  return time.length > 10 && !time.includes("T00:00") ? hour.format(at) : day.format(at);
}

/** A moment in the time of whoever looks. */
export function moment(time: string): string {
  const options = { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" } as const;
  return new Intl.DateTimeFormat("en", { ...options, hourCycle: "h23" }).format(new Date(time));
}
