// What `@trackflow/browser` offers to those who bundle it.

import { create } from "./tracker";

/** What the page runs on. */
export interface DeviceInfo {
  deviceType: "mobile" | "desktop";
  /** `Windows`, `Mac`, `Linux`, `ChromeOS`, `Android`, `iOS` or `Other`. */
  os: string;
  /** `Chrome`, `Firefox`, `Safari`, `Edge`, `Opera`, `Samsung` or `Other`. */
  browser: string;
}

/** An event as it is sent. */
export interface TrackflowEvent {
  /** UUID v4; the same in every try, so the server stores an event once. */
  eventId: string;
  eventType: string;
  /** Milliseconds since 1970, by the clock of the browser. */
  timestamp: number;
  /** The API key. */
  tenantId: string;
  /** Kept in `sessionStorage`: one per tab. */
  sessionId: string;
  userId: string | null;
  pageUrl: string;
  referrer: string | null;
  deviceInfo: DeviceInfo;
  properties: Record<string, unknown>;
}

/** Settings of a tracker; the script tag has the same as `data-` attributes. */
export interface Options {
  /** A write key of the server. */
  key: string;
  /** Where the server is: `https://events.example.com`. */
  host: string;
  /** Path of the endpoint on the server; `/v1/events` when left out. */
  endpoint?: string;
  /** Whether page views, clicks, errors and load times are sent unasked; `true` when left out. */
  auto?: boolean;
  /** Whether changes of the address by script are page views; `true` when left out. */
  spa?: boolean;
  /** `"ignore"` sends even if the browser asks not to track (DNT, GPC). */
  dnt?: "respect" | "ignore";
  /** Whether pages on localhost and `file:` are counted, too; `false` when left out. */
  localhost?: boolean;
}

/** None of these ever throws. */
export interface Tracker {
  /** Sends an event of your own. Properties must be an object that JSON can hold. */
  track(type: string, properties?: Record<string, unknown>): void;
  /** Says who it is from now on, in all tabs, until `reset`. */
  identify(userId: string | number, traits?: Record<string, unknown>): void;
  /** Forgets who it was and begins a new session: for logging out. */
  reset(): void;
  /** Sends nothing any more and forgets what is not sent yet. Remembered by the browser. */
  optOut(): void;
  /** Takes `optOut` back. */
  optIn(): void;
  /** Sends what is waiting now rather than within two seconds. */
  flush(): void;
}

/** A feature flag as the server evaluated it. */
export interface Flag {
  active: boolean;
  variant: string | null;
  payload: unknown;
  reason: string;
}

/** `trackflow.flags`, when flags.js is on the page. */
export interface Flags {
  isEnabled(key: string): boolean;
  variant(key: string): string | null;
  payload(key: string): unknown;
  /** Calls back when flags are known and whenever they change. Answers how to stop it. */
  onChange(callback: (flags: Record<string, Flag>) => void): () => void;
  /** Asks the server again. */
  reload(): void;
}

/** `window.trackflow`: the tracker, and calls from before it was loaded. */
export interface TrackflowGlobal extends Tracker {
  /** The same as calling, but works before the script is loaded: `push(["track", "signup"])`. */
  push(...calls: [method: keyof Tracker, ...args: unknown[]][]): void;
  flags?: Flags;
}

declare global {
  interface Window {
    trackflow: TrackflowGlobal;
  }
}

const trackers: Record<string, Tracker> = {};

/**
 * Starts a tracker. What is called on it right away comes before the first page view. The same key
 * and host once more: the same tracker. Outside a browser, or without what it needs: one that does
 * nothing.
 */
export function init(options: Options): Tracker {
  try {
    const [id, tracker, start] = create({ ...options });
    const known = trackers[id];
    if (known) return known;
    Promise.resolve().then(start);
    return (trackers[id] = tracker);
  } catch {
    const none = (): void => {};
    return { track: none, identify: none, reset: none, optOut: none, optIn: none, flush: none };
  }
}
