// Events on their way: batches, retries, and what is kept for later.
//
// A queue lives in memory. When sending fails it is mirrored into an entry of its own in
// localStorage, so tabs never write into each other's. The entry has a lease: while the tab lives
// it renews it, when it is left it gives it back, and whoever finds an entry without a valid lease
// takes it over. Two that do so at the same moment send the same event ids, and the server stores
// one.

import { guard, listen } from "./guard";
import { slot } from "./storage";
import { uuid } from "./uuid";

// An enumeration, because the compiler puts its numbers where they are used.
const enum Limit {
  Batch = 10,
  BatchMs = 2e3,
  /** Of one request. Browsers allow 64 KB to requests that outlive their page. */
  BodyBytes = 6e4,
  BodyEvents = 100,
  /** Of what waits; the oldest goes first. */
  Events = 500,
  EventChars = 65536,
  Chars = 2e5,
  BackoffMs = 6e4,
  RetryAfterMs = 36e5,
  /** A request without an answer has failed. */
  AnswerMs = 3e4,
  /** Beyond the next try: browsers let the timers of hidden tabs wait for a minute. */
  LeaseMs = 12e4,
}

export interface Queue {
  /** Takes an event as JSON. */
  add(event: string): void;
  flush(): void;
  /** Forgets everything, here and in the browser. */
  clear(): void;
  /** Takes over what was left, and listens. */
  start(): void;
}

const bodyOf = (events: string[]): string => `{"events":[${events.join()}]}`;

/** `settle` hands over what was held back; it is asked to before the page goes, and to flush. */
export function openQueue(url: string, key: string, settle: () => void): Queue {
  const prefix = `tf_q_${key}_`;
  // Taken when the script is loaded: pages replace them, some with something that does less.
  const { fetch, setTimeout } = window;
  const own = prefix + uuid();
  const entry = slot("localStorage", own);
  /** Oldest first, each as JSON. */
  let events: string[] = [];
  /** How many of the first are in a request. */
  let flying = 0;
  /** Tells the answer of the present request from those that come too late. */
  let request = 0;
  let fails = 0;
  /** Between a failure and the next try. */
  let isWaiting = false;
  /** The server said when to come back. */
  let isTold = false;
  let timer = 0;

  const later = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(
      guard(() => {
        timer = 0;
        isWaiting = false;
        send();
      }),
      ms,
    );
  };

  /** Mirrors what waits; without anything there is no entry. */
  const save = (leaseMs: number): void => {
    entry(events.length ? [Date.now() + leaseMs, ...events].join("\n") : null);
  };

  /** Puts back what an entry holds, if it is nobody's; it was there before the rest. */
  const take = (text: string): boolean => {
    const [lease, ...lines] = text.split("\n");
    // A clock that was moved must not make a lease eternal.
    const left = +lease! - Date.now();
    if (left > 0 && left < Limit.RetryAfterMs * 2) return false;
    events.splice(flying, 0, ...lines.filter((line) => /^{"e.*}$/.test(line)));
    drop();
    save(Limit.LeaseMs);
    if (!isWaiting) later(0);
    return true;
  };

  /** How many events from there on fit into a request: at least one. */
  const fitting = (from: number): number => {
    let count = 0;
    let bytes = 99;
    while (count < Limit.BodyEvents && from + count < events.length) {
      bytes += new Blob([events[from + count]!]).size + 1;
      if (bytes > Limit.BodyBytes && count) break;
      count++;
    }
    return count;
  };

  const drop = (): void => {
    while (events[Limit.Events] || events.join().length > Limit.Chars) events.splice(flying, 1);
  };

  const send = (): void => {
    if (flying || isWaiting || !events.length) return;
    flying = fitting(0);
    const body = bodyOf(events.slice(0, flying));
    const mine = ++request;
    const answered = guard((status: number, retryAfter?: string | null) => {
      if (mine !== request) return;
      request++;
      if (!status || status === 429 || status > 499) {
        flying = 0;
        isWaiting = true;
        const told = +retryAfter! * 1e3 || Date.parse(retryAfter!) - Date.now();
        isTold = told > 0;
        const backoff = Math.min(Limit.BackoffMs, 1e3 * 2 ** fails++) * (0.5 + Math.random() / 2);
        const ms = backoff + (isTold ? Math.min(told, Limit.RetryAfterMs) : 0);
        save(ms + Limit.LeaseMs);
        later(ms);
      } else {
        fails = 0;
        events.splice(0, flying);
        flying = 0;
        if (entry()) save(Limit.LeaseMs);
        if (events.length && !timer) later(0);
        adoptAlone();
      }
    });
    setTimeout(answered, Limit.AnswerMs, 0);
    try {
      // Plain text needs no preflight. What failed before is kept in the browser and need not
      // outlive the page; the browser may even have refused to let it, for its size.
      fetch(url, { method: "POST", body, keepalive: !fails, credentials: "omit" }).then(
        (answer) => answered(answer.status, answer.headers.get("Retry-After")),
        () => answered(0),
      );
    } catch {
      answered(beacon(body) ? 200 : 0);
    }
  };

  const beacon = (body: string): boolean => {
    try {
      return navigator.sendBeacon(url, body);
    } catch {
      return false;
    }
  };

  /** The page may not come back. What failed before is kept rather than sent without an answer. */
  const hide = (isLeft?: boolean): void => {
    settle();
    while (!fails && navigator.onLine && events.length > flying) {
      const count = fitting(flying);
      if (!beacon(bodyOf(events.slice(flying, flying + count)))) break;
      events.splice(flying, count);
    }
    if (!fails && events.length === flying) return;
    save(isLeft ? 0 : Limit.LeaseMs * 2);
    // The next page takes over; should this one come back, it takes what is still there.
    if (isLeft) forget();
  };

  const forget = (): void => {
    events = [];
    clearTimeout(timer);
    flying = fails = timer = 0;
    request++;
    isWaiting = false;
  };

  const entries = (): string[] =>
    // The length tells a key from a longer one that begins with it.
    Object.keys(localStorage).filter(
      (name) => name.startsWith(prefix) && name.length === own.length,
    );

  /** Takes over what closed tabs left. */
  const adopt = guard(() => {
    for (const name of entries()) {
      if (name !== own && take(localStorage[name])) delete localStorage[name];
    }
  });
  const adoptAlone = guard(() => {
    // Locks are there only in secure contexts.
    navigator.locks?.request(prefix, adopt).catch(() => {}) || adopt();
  });

  return {
    add(event) {
      // It would push out everything else, and no server takes it.
      if (event.length > Limit.EventChars) return;
      events.push(event);
      drop();
      if (events.length - flying >= Limit.Batch) send();
      if (!timer) later(Limit.BatchMs);
    },
    flush() {
      settle();
      if (isWaiting) return;
      // Should a request be under way, the rest follows its answer.
      later(0);
      send();
    },
    clear() {
      forget();
      entry(null);
      for (const name of entries()) delete localStorage[name];
    },
    start() {
      adoptAlone();
      listen("online", () => {
        if (isWaiting && !isTold) later(0);
        adoptAlone();
      });
      listen("visibilitychange", () => {
        if (!document.hidden) return adoptAlone();
        hide();
      });
      listen("pagehide", () => hide(true));
      listen("pageshow", ({ persisted }: PageTransitionEvent) => {
        // Without an entry this fails, which is guarded and right.
        if (persisted) take(entry()!);
      });
    },
  };
}
