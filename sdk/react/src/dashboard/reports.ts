// The reports of the analytics service, as they are asked for and answered.

import { useClient } from "../context.js";
import { type AnalyticsConfig, type Token, identify, trimmed } from "../config.js";
import { type Query, useQuery } from "../mutation.js";
import { request } from "../wire.js";

export interface Totals {
  events: number;
  users: number;
  sessions: number;
  revenue: { currency: string | null; amount: number }[];
  avgDwellSeconds: number | null;
  engagementRate: number | null;
}

export interface Point {
  timestamp: string;
  events: number;
  users: number;
  sessions: number;
  /** Whether it is not over yet. */
  partial?: boolean;
}

export interface Line {
  value: string | number | boolean | null;
  kind?: "other" | "none";
  events: number;
  users: number;
}

export interface DashboardReport {
  from: string;
  to: string;
  totals: Totals;
  previous: Totals;
  series: Point[];
  topEvents: { eventType: string; count: number; users: number }[];
  topContent: {
    contentType: string | null;
    contentId: string | null;
    views: number;
    avgDwellSeconds: number | null;
  }[];
  breakdown: Record<"platform" | "country" | "device", Line[]>;
}

export interface FunnelReport {
  steps: {
    step: number;
    name: string;
    users: number;
    conversionRate: number | null;
    conversionFromPrevious: number | null;
    medianSecondsFromPrevious: number | null;
  }[];
  totalUsers: number;
  overallConversion: number | null;
}

export interface Cell {
  period: number;
  users: number;
  rate: number | null;
  partial?: boolean;
}

export interface RetentionReport {
  period: string;
  cohorts: { date: string; size: number; values: Cell[] }[];
  average: { period: number; rate: number | null }[];
}

export interface CohortReport {
  period: string;
  cohorts: { cohort: string; size: number; activity: Cell[] }[];
}

export interface EventsReport {
  total: number;
  events: {
    id: string;
    eventType: string;
    userId: string | null;
    distinctId?: string | null;
    timestamp: string;
    platform: string | null;
    data: Record<string, unknown>;
  }[];
}

/** A report that was refused; `status` is 0 where there was no answer. */
export class ReportError extends Error {
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.name = "ReportError";
    this.status = status;
  }
}

/** Where reports are read, and as whom. */
export interface Source {
  base: string;
  config: AnalyticsConfig;
  refreshMs: number;
}

export interface SourceOptions {
  endpoint?: string | undefined;
  getToken?: (() => Token | Promise<Token>) | undefined;
  credentials?: RequestCredentials | undefined;
  refreshMs?: number | undefined;
}

/** The provider's server, without its key: that may only write. */
export function useSource({ endpoint, getToken, credentials, refreshMs }: SourceOptions): Source {
  const { config } = useClient().client;
  const { host, transport } = config;
  const given = endpoint ?? (transport === "http" ? config.endpoint : undefined);
  return {
    base: trimmed(given ?? `${trimmed(host ?? "")}/api/analytics`),
    config: {
      getToken: getToken ?? config.getToken,
      credentials: credentials ?? config.credentials,
    },
    refreshMs: refreshMs ?? 60_000,
  };
}

/** One report, asked again every while. */
export function useReport<T>(
  { base, config, refreshMs }: Source,
  path: string,
  parameters: Record<string, string | undefined>,
): Query<T> {
  const given = Object.entries(parameters).filter((pair): pair is [string, string] => !!pair[1]);
  const url = `${base}${path}?${new URLSearchParams(given)}`;
  const ask = async (signal: AbortSignal): Promise<T> => {
    const as = await identify(config);
    const { status, json } = await request(config, as, { url, method: "GET" }, signal);
    if (status === 200 && json) return json as T;
    throw new ReportError(json?.detail ?? `the server answered ${status}`, status);
  };
  return useQuery(ask, url, { refetchInterval: refreshMs || false });
}
