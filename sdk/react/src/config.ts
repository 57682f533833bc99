// Where events go, and as whom.

/** Settings of `AnalyticsProvider`. All have defaults: the server is then behind this page's own host. */
export interface AnalyticsConfig {
  /** Where the server is, `https://events.example.com`; this page's own host when left out. */
  host?: string | undefined;
  /** Address of the transport instead: of tRPC `/api/trpc`, of HTTP `/api/analytics`, on `host`. */
  endpoint?: string | undefined;
  /** A write key: it may only send events and evaluate flags. */
  key?: string | undefined;
  /** `"trpc"` when left out; `"http"` where proxies or rules of a firewall know no tRPC. */
  transport?: "trpc" | "http" | undefined;
  /** Whether tRPC inputs are packed as superjson does; `false` when left out. */
  superjson?: boolean | undefined;
  /** The token of whoever is logged in, asked before every request. It is sent instead of the key. */
  getToken?: (() => Token | Promise<Token>) | undefined;
  /** Who is logged in; left out: the `sub` of the token. */
  userId?: string | undefined;
  /** Whether cookies go along; `"same-origin"` when left out. */
  credentials?: RequestCredentials | undefined;
  /** How many events are kept while they cannot be sent; 1000 when left out. */
  queueMax?: number | undefined;
  /** Told of every event that could not be sent or was refused; `console.error` when left out. */
  onError?: ((error: unknown) => void) | undefined;
}

/** A token, or none. */
export type Token = string | null | undefined;

/** As whom a request is made. */
export interface Identity {
  token: Token;
  /** The user; empty where nobody is logged in. */
  user: string;
}

/** Without a slash at its end. */
export const trimmed = (address: string): string => address.replace(/\/+$/, "");

/** Asks for the token, and reads out of it whose it is. */
export async function identify(config: AnalyticsConfig): Promise<Identity> {
  const token = await config.getToken?.();
  return { token, user: config.userId ?? subject(token) };
}

function subject(token: Token): string {
  try {
    const part = token!.split(".")[1]!.replace(/-/g, "+").replace(/_/g, "/");
    const bytes = Uint8Array.from(atob(part), (char) => char.charCodeAt(0));
    const { sub } = JSON.parse(new TextDecoder().decode(bytes)) as { sub?: unknown };
    return sub === undefined || sub === null ? "" : String(sub);
  } catch {
    return "";
  }
}
