/** Every request of the app goes through here: who we are, JSON, and refusals as `Problem`. */

export interface FieldProblem {
  field?: string;
  message: string;
}

/** A refusal of the server, or the lack of an answer (status 0). */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: FieldProblem[];
  readonly retryAfter: number | null;

  constructor(status: number, code: string, message: string, errors: FieldProblem[] = [], retryAfter: number | null = null) {
    super(message);
    this.status = status;
    this.code = code;
    this.errors = errors;
    this.retryAfter = retryAfter;
  }
}

const KEY = 'trackflow.key';

/** The secret key of this browser tab, if one is used instead of a password. */
export function savedKey(): string | null {
  return sessionStorage.getItem(KEY);
}

export function saveKey(key: string | null): void {
  if (key === null) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, key);
}

/** Some routes list what is wrong, others name a list for each field. */
function fieldsOf(errors: FieldProblem[] | Record<string, string[]> | undefined): FieldProblem[] {
  if (errors === undefined || Array.isArray(errors)) return errors ?? [];
  return Object.entries(errors).flatMap(([field, messages]) => messages.map((message) => ({ field, message })));
}

async function problemOf(response: Response): Promise<Problem> {
  const retry = Number(response.headers.get('retry-after'));
  const retryAfter = Number.isFinite(retry) && retry > 0 ? retry : null;
  try {
    const body = (await response.json()) as { code?: string; detail?: string; title?: string; errors?: FieldProblem[] | Record<string, string[]> };
    const message = body.detail ?? body.title ?? `the server answered ${response.status}`;
    return new Problem(response.status, body.code ?? 'unknown', message, fieldsOf(body.errors), retryAfter);
  } catch {
    return new Problem(response.status, 'unknown', `the server answered ${response.status}`, [], retryAfter);
  }
}

export async function call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  const key = savedKey();
  if (key !== null) headers.Authorization = `Bearer ${key}`;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers,
      credentials: 'same-origin',
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem(0, 'offline', 'the server cannot be reached');
  }
  if (!response.ok) throw await problemOf(response);
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

/** A body that does not end by itself; `after` is the last id of it that was heard. */
export async function stream(path: string, after: string | null, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  const headers: Record<string, string> = { Accept: 'text/event-stream' };
  const key = savedKey();
  if (key !== null) headers.Authorization = `Bearer ${key}`;
  if (after !== null) headers['Last-Event-ID'] = after;
  const response = await fetch(path, { headers, credentials: 'same-origin', cache: 'no-store', signal });
  if (!response.ok) throw await problemOf(response);
  if (response.body === null) throw new Problem(0, 'offline', 'the server cannot be reached');
  return response.body;
}

export const get = <T>(path: string, signal?: AbortSignal) => call<T>('GET', path, undefined, signal);
export const post = <T>(path: string, body: unknown = {}, signal?: AbortSignal) => call<T>('POST', path, body, signal);
export const patch = <T>(path: string, body: unknown) => call<T>('PATCH', path, body);
export const put = <T>(path: string, body: unknown) => call<T>('PUT', path, body);
export const remove = (path: string) => call<void>('DELETE', path);
