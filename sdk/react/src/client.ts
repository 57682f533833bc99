// Events on their way: sent at once, kept when that fails, sent again later.
//
// Every event gets an idempotency key before its first try, so however often it is sent, the server
// stores it once. Nothing happens before `retain`: making a client is free of effects, as React may
// make one and throw it away.

import { type AnalyticsConfig, type Identity, identify } from "./config.js";
import { type Entry, type Queue, openQueue } from "./queue.js";
import type { EventCreated, TrackEventInput } from "./types.js";
import { uuid } from "./visit.js";
import { TRPCClientError, send, sendOne } from "./wire.js";

/** The server takes no more at once. */
const CHUNK = 50;
const BACKOFF_MS_MAX = 60_000;
const RETRY_AFTER_MS_MAX = 3_600_000;
/** Older events are refused. */
const AGE_MS_MAX = 30 * 24 * 3_600_000;

/** What a round of sending kept events came to. */
export interface SyncResult {
  /** Events the server has now. */
  synced: number;
  /** Events it refused for good. */
  rejected: number;
  /** Events that still wait. */
  left: number;
}

export interface Client {
  readonly config: AnalyticsConfig;
  readonly queue: Queue;
  /** Sends an event. Rejects when that failed; it is kept then, unless it was refused for good. */
  track(event: TrackEventInput): Promise<EventCreated>;
  /** Sends what is kept. Rounds of one queue never overlap. */
  sync(): Promise<SyncResult>;
  /** Watches page and network until the answer is called; may be called more than once. */
  retain(): () => void;
  /** Whom requests are made as. */
  identity(): Promise<Identity>;
}

/** Rounds under way, by queue. */
const rounds = new Map<string, Promise<SyncResult>>();

/** Whether an event may be taken later. */
export function isWorthKeeping(error: unknown): boolean {
  if (!(error instanceof TRPCClientError) || !error.data) return true;
  const { httpStatus } = error.data;
  return httpStatus === 401 || httpStatus === 408 || httpStatus === 429 || httpStatus >= 500;
}

export function createClient(config: AnalyticsConfig): Client {
  const where = config.endpoint ?? config.host ?? "";
  const prefix = `tf_r_${where}_${config.key ?? ""}_`;
  const report = config.onError ?? ((error) => console.error("[Analytics] Tracking failed:", error));
  const lost = (event: unknown): void => {
    report(new Error(`an event was dropped, more than ${max} wait: ${JSON.stringify(event)}`));
  };
  const max = config.queueMax ?? 1000;
  const queue = openQueue(prefix, max, lost);
  /** Events whose first try has no answer yet. */
  const flying = new Map<TrackEventInput, string>();
  /** How far the clock of this browser is ahead of the server's. */
  let skewMs: number | undefined;
  let fails = 0;
  /** Before this moment the server wants to hear nothing. */
  let notBefore = 0;
  let holders = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const later = (error: unknown): void => {
    const told = error instanceof TRPCClientError ? error.retryAfterMs : 0;
    const backoff = Math.min(BACKOFF_MS_MAX, 1000 * 2 ** fails++) * (0.5 + Math.random() / 2);
    const wait = Math.min(told, RETRY_AFTER_MS_MAX);
    if (wait > 0) notBefore = Date.now() + wait;
    again(backoff + wait);
  };
  const again = (ms: number): void => {
    stop();
    if (holders > 0) timer = setTimeout(() => void round(), ms);
  };
  const stop = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  /** Sends what is kept, unless the server asked to wait. */
  const round = async (): Promise<void> => {
    const wait = notBefore - Date.now();
    if (wait > 0) return again(wait);
    stop();
    if (queue.entries().length > 0) await sync().catch(() => {});
  };

  const track = async (input: TrackEventInput): Promise<EventCreated> => {
    const event = { ...input, idempotencyKey: input.idempotencyKey ?? uuid() };
    // Until it is known whose it is, the page may be left.
    flying.set(event, "");
    let user = "";
    try {
      const as = await identify(config);
      user = as.user;
      flying.set(event, user);
      if (globalThis.navigator?.onLine === false) throw new TRPCClientError("the network is off");
      if (Date.now() < notBefore) throw new TRPCClientError("the server asked to wait");
      const created = await sendOne(config, as, event);
      if (!created.duplicate) skewMs = learned(created.eventId) ?? skewMs;
      // Whoever waited for the server to come back need not wait longer.
      if (queue.size() > 0 && timer !== undefined) again(0);
      return created;
    } catch (error) {
      // When the page was left meanwhile, it is kept already.
      if (isWorthKeeping(error) && flying.has(event)) {
        queue.add(event, user);
        if (timer === undefined) later(error);
      }
      throw error;
    } finally {
      flying.delete(event);
    }
  };

  /** The event as it is sent late: with its own time, if there is none. */
  const dated = ({ event, at, bare }: Entry): TrackEventInput => {
    if (bare || event.props?.["occurred_at"] !== undefined) return event;
    const occurred_at = new Date(at - (skewMs ?? 0)).toISOString();
    return { ...event, props: { ...event.props, occurred_at } };
  };

  const drain = async (): Promise<SyncResult> => {
    const result: SyncResult = { synced: 0, rejected: 0, left: 0 };
    const as = await identify(config);
    const mine = ({ user }: Entry): boolean => !user || user === as.user;
    let chunk = CHUNK;
    for (;;) {
      // Another user's events would become this one's; they wait until that one is back.
      const entries = queue.entries().filter(mine).slice(0, chunk);
      if (entries.length === 0) break;
      let answer;
      try {
        answer = await send(config, as, entries.map(dated));
      } catch (error) {
        if (isWorthKeeping(error) || isForbidden(error)) throw error;
        // Something in it spoils the whole: it is found by halves.
        if (entries.length > 1) {
          chunk = Math.ceil(entries.length / 2);
          continue;
        }
        answer = { results: [{ status: "rejected" as const, data: null, error: String(error) }] };
      }
      const known = skewMs;
      for (const { data } of answer.results) {
        if (data && !data.duplicate) skewMs = learned(data.eventId) ?? skewMs;
      }
      for (const [at, entry] of entries.entries()) {
        const one = answer.results[at];
        if (one?.status === "fulfilled") {
          queue.remove(entry.name);
          result.synced++;
        } else if (one && known === undefined && isOfClock(entry, one.error)) {
          // With the clock of the server known it goes again; the first one goes without a time, and
          // brings it.
          if (skewMs === undefined && at === 0) queue.update({ ...entry, bare: true });
        } else if (one) {
          queue.remove(entry.name);
          result.rejected++;
          report(new Error(`an event was refused: ${one.error}`));
        }
      }
    }
    return result;
  };

  const sync = (): Promise<SyncResult> => {
    const under = rounds.get(prefix);
    if (under) return under;
    const locks = globalThis.navigator?.locks as LockManager | undefined;
    // Locks are there only in secure contexts; without them two tabs may send the same, once more.
    const drained = locks ? (locks.request(prefix, drain) as Promise<SyncResult>) : drain();
    const done = drained
      .then((result) => {
        fails = 0;
        stop();
        return { ...result, left: queue.entries().length };
      })
      .catch((error: unknown) => {
        later(error);
        throw error;
      })
      .finally(() => rounds.delete(prefix));
    rounds.set(prefix, done);
    return done;
  };

  const onOnline = (): void => void round();
  const onVisible = (): void => {
    if (!document.hidden) void round();
  };
  /** The page may not come back: what has no answer yet is kept, as it may have got lost. */
  const onHide = (): void => {
    for (const [event, user] of flying) queue.add(event, user);
    flying.clear();
  };

  const retain = (): (() => void) => {
    if (holders++ === 0) {
      addEventListener("online", onOnline);
      addEventListener("pagehide", onHide);
      document.addEventListener("visibilitychange", onVisible);
      again(0);
    }
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      if (--holders > 0) return;
      removeEventListener("online", onOnline);
      removeEventListener("pagehide", onHide);
      document.removeEventListener("visibilitychange", onVisible);
      stop();
    };
  };

  return { config, queue, track, sync, retain, identity: () => identify(config) };
}

/** Whether an event was refused for the time that we added: this browser's clock is ahead. */
function isOfClock({ bare, event, at }: Entry, error: string | null): boolean {
  if (bare || event.props?.["occurred_at"] !== undefined) return false;
  return !!error?.includes("occurred_at") && Date.now() - at < AGE_MS_MAX;
}

const isForbidden = (error: unknown): boolean =>
  error instanceof TRPCClientError && error.data?.httpStatus === 403;

/** The skew, by an id that the server just made: it begins with the server's time. */
function learned(eventId: string | null): number | undefined {
  const hex = eventId?.replace(/-/g, "") ?? "";
  return hex[12] === "7" ? Date.now() - parseInt(hex.slice(0, 12), 16) : undefined;
}
