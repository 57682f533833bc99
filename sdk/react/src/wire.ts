// Requests: tRPC as its own clients write it, and plain HTTP.

import { type AnalyticsConfig, type Identity, trimmed } from "./config.js";
import type { BatchTrackResponse, EventCreated, TrackEventInput } from "./types.js";

/** A request without an answer has failed. */
const ANSWER_MS = 30_000;
/** Browsers let requests of at most 64 KB outlive their page. */
const KEEPALIVE_CHARS = 16_000;

/** Why a call failed, by name. */
export type TRPCErrorCode =
  | "BAD_REQUEST"
  | "UNAUTHORIZED"
  | "FORBIDDEN"
  | "NOT_FOUND"
  | "TIMEOUT"
  | "CONFLICT"
  | "PRECONDITION_FAILED"
  | "PAYLOAD_TOO_LARGE"
  | "TOO_MANY_REQUESTS"
  | "INTERNAL_SERVER_ERROR"
  | "SERVICE_UNAVAILABLE";

/** What the server tells of a failed call. */
export interface TRPCErrorData {
  code: TRPCErrorCode;
  httpStatus: number;
  path?: string;
  zodError?: { fieldErrors: Record<string, string[]>; formErrors: string[] } | null;
}

/** A failed call, named and made as in `@trpc/client`. `data` is absent when no answer came. */
export class TRPCClientError extends Error {
  readonly data: TRPCErrorData | undefined;
  /** How long the server asks to wait. */
  readonly retryAfterMs: number;

  constructor(message: string, data?: TRPCErrorData, retryAfterMs = 0, cause?: unknown) {
    super(message, { cause });
    this.name = "TRPCClientError";
    this.data = data;
    this.retryAfterMs = retryAfterMs;
  }
}

interface Asked {
  url: string;
  method: "GET" | "POST";
  body?: string | undefined;
}

interface Answered {
  status: number;
  json: any;
  retryAfterMs: number;
}

/** Sends one request; rejects where there is no answer that is JSON. */
export async function request(
  config: AnalyticsConfig,
  { token }: Identity,
  { url, method, body }: Asked,
  signal?: AbortSignal,
): Promise<Answered> {
  const headers: Record<string, string> = {};
  if (body !== undefined) headers["content-type"] = "application/json";
  const credential = token || config.key;
  if (credential) headers["authorization"] = `Bearer ${credential}`;
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(new Error("no answer in time")), ANSWER_MS);
  const stop = () => abort.abort(signal?.reason);
  if (signal?.aborted) stop();
  signal?.addEventListener("abort", stop);
  try {
    const init: RequestInit = {
      method,
      headers,
      signal: abort.signal,
      credentials: config.credentials ?? "same-origin",
      keepalive: !!body && body.length < KEEPALIVE_CHARS,
    };
    if (body !== undefined) init.body = body;
    const response = await fetch(url, init);
    const told = response.headers.get("retry-after");
    const retryAfterMs = told ? +told * 1000 || Date.parse(told) - Date.now() || 0 : 0;
    // A proxy between may answer with a page of its own.
    const json: unknown = await response.json().catch(() => undefined);
    return { status: response.status, json, retryAfterMs: Math.max(0, retryAfterMs) };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

const CODES: Record<number, TRPCErrorCode> = {
  401: "UNAUTHORIZED",
  403: "FORBIDDEN",
  404: "NOT_FOUND",
  408: "TIMEOUT",
  409: "CONFLICT",
  412: "PRECONDITION_FAILED",
  413: "PAYLOAD_TOO_LARGE",
  429: "TOO_MANY_REQUESTS",
  503: "SERVICE_UNAVAILABLE",
  504: "TIMEOUT",
};

function failure({ status, retryAfterMs }: Answered, message: unknown, data?: TRPCErrorData) {
  const code = CODES[status] ?? (status >= 500 ? "INTERNAL_SERVER_ERROR" : "BAD_REQUEST");
  const text = typeof message === "string" ? message : `the server answered ${status}`;
  return new TRPCClientError(text, data ?? { code, httpStatus: status }, retryAfterMs);
}

async function asked(config: AnalyticsConfig, as: Identity, what: Asked): Promise<Answered> {
  try {
    return await request(config, as, what);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new TRPCClientError(text, undefined, 0, error);
  }
}

/** Calls a procedure of the ingestion router. */
export async function call<T>(
  config: AnalyticsConfig,
  as: Identity,
  kind: "query" | "mutation",
  name: string,
  input: unknown,
): Promise<T> {
  const isHttp = config.transport === "http";
  const base = (!isHttp && config.endpoint) || `${trimmed(config.host ?? "")}/api/trpc`;
  const path = `${trimmed(base)}/eventIngestion.${name}`;
  const text = JSON.stringify(config.superjson ? { json: input } : input);
  const what: Asked =
    kind === "query"
      ? { url: `${path}?input=${encodeURIComponent(text)}`, method: "GET" }
      : { url: path, method: "POST", body: text };
  const answer = await asked(config, as, what);
  const { result, error } = answer.json ?? {};
  if (result && answer.status < 300) {
    return (config.superjson && result.data?.json ? result.data.json : result.data) as T;
  }
  const told = error?.json ?? error;
  throw failure(answer, told?.message, told?.data?.code ? told.data : undefined);
}

/** Sends events by the transport that is configured. */
export async function send(
  config: AnalyticsConfig,
  as: Identity,
  events: TrackEventInput[],
): Promise<BatchTrackResponse> {
  if (config.transport !== "http") {
    return call<BatchTrackResponse>(config, as, "mutation", "trackBatch", { events });
  }
  const base = config.endpoint ?? `${trimmed(config.host ?? "")}/api/analytics`;
  const body = JSON.stringify({ events: events.map((event) => plain(event, as.user)) });
  const what: Asked = { url: `${trimmed(base)}/events/batch`, method: "POST", body };
  const answer = await asked(config, as, what);
  const { results, detail, error } = answer.json ?? {};
  if (!Array.isArray(results)) throw failure(answer, error ?? detail);
  const all = results.map((one: any, index: number): BatchTrackResponse["results"][number] =>
    one.success
      ? { index, status: "fulfilled", data: { eventId: one.eventId, tracked: true }, error: null }
      : { index, status: "rejected", data: null, error: String(one.error) },
  );
  const failed = all.filter(({ status }) => status === "rejected").length;
  return { total: all.length, successful: all.length - failed, failed, results: all };
}

/** Sends one event; rejects where it is refused. */
export async function sendOne(
  config: AnalyticsConfig,
  as: Identity,
  event: TrackEventInput,
): Promise<EventCreated> {
  if (config.transport !== "http") return call(config, as, "mutation", "track", event);
  const { results } = await send(config, as, [event]);
  const [one] = results;
  if (one?.data) return one.data;
  const data: TRPCErrorData = { code: "BAD_REQUEST", httpStatus: 400 };
  throw new TRPCClientError(one?.error ?? "the server did not take the event", data);
}

/** An event in the plain form. What has a field there moves into it, and nothing is overwritten. */
function plain(event: TrackEventInput, user: string): Record<string, unknown> {
  const { occurred_at: timestamp, ...props } = event.props ?? {};
  const { attribution } = event;
  return {
    eventId: event.idempotencyKey,
    eventType: event.eventType,
    userId: user || undefined,
    sessionId: event.sessionId,
    timestamp,
    platform: event.source ?? "web",
    data: {
      contentType: event.entityType,
      contentId: event.entityId,
      url: attribution?.landingPage,
      referrer: attribution?.referrer,
      ...props,
    },
  };
}
