// Which server the components below talk to.

import { type ReactNode, createContext, useContext, useEffect, useMemo, useRef } from "react";
import { type Client, createClient } from "./client.js";
import type { AnalyticsConfig } from "./config.js";
import { type FlagStore, createFlagStore } from "./flags.js";

/** What a provider gives. */
export interface Analytics {
  client: Client;
  flags: FlagStore;
}

const make = (config: AnalyticsConfig): Analytics => {
  const client = createClient(config);
  return { client, flags: createFlagStore(client) };
};

const Context = createContext<Analytics | undefined>(undefined);

let fallback: Analytics | undefined;

/** Those of the provider above; without one, the server behind this page's own host. */
export function useClient(): Analytics {
  const analytics = useContext(Context) ?? (fallback ??= make({}));
  const { client } = analytics;
  useEffect(() => client.retain(), [client]);
  return analytics;
}

export interface AnalyticsProviderProps {
  config?: AnalyticsConfig;
  children?: ReactNode;
}

/**
 * Tells the components below which server to talk to, and sends what was kept of earlier pages. The
 * config may be a new object every time; a new client is made only when something in it changed.
 */
export function AnalyticsProvider({ config = {}, children }: AnalyticsProviderProps) {
  const latest = useRef(config);
  useEffect(() => {
    latest.current = config;
  });
  const { host, endpoint, key, transport, superjson, userId, credentials, queueMax } = config;
  const hasToken = !!config.getToken;
  const hasReport = !!config.onError;
  const analytics = useMemo(
    () =>
      make({
        host, endpoint, key, transport, superjson, userId, credentials, queueMax,
        getToken: hasToken ? () => latest.current.getToken?.() : undefined,
        onError: hasReport ? (error) => latest.current.onError?.(error) : undefined,
      }),
    [host, endpoint, key, transport, superjson, userId, credentials, queueMax, hasToken, hasReport],
  );
  const { client } = analytics;
  useEffect(() => client.retain(), [client]);
  return <Context.Provider value={analytics}>{children}</Context.Provider>;
}
