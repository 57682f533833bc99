/** Feature flags, their history, and what they answer. */

import { useQuery } from '@tanstack/react-query';
import { get, patch, post, remove } from './client';

const BASE = '/api/v1/analytics/admin/feature-flags/';

export type RuleKind = 'person' | 'group' | 'cohort' | 'flag';

export interface FlagRule {
  key: string;
  type: RuleKind;
  operator: string;
  value: unknown;
  negation?: boolean;
  group_type_index?: number;
}

export interface FlagGroup {
  properties: FlagRule[];
  rollout_percentage: number | null;
  variant: string | null;
}

export interface FlagVariant {
  key: string;
  name: string;
  rollout_percentage: number;
}

/** What is not named here is kept as it is. */
export interface FlagFilters {
  groups: FlagGroup[];
  multivariate?: { variants: FlagVariant[] } | null;
  payloads: Record<string, unknown>;
  [other: string]: unknown;
}

export interface Turn {
  at: string;
  active: boolean;
}

export interface Flag {
  id: number;
  key: string;
  name: string;
  description: string;
  active: boolean;
  archived: boolean;
  version: number;
  filters: FlagFilters;
  schedule: Turn[];
  ensure_experience_continuity: boolean;
  /** Null where one number does not tell it. */
  rollout_percentage: number | null;
  created_at: string;
  updated_at: string;
}

export type FlagChange = Partial<Pick<Flag, 'key' | 'name' | 'description' | 'active' | 'archived' | 'version' | 'filters' | 'schedule' | 'ensure_experience_continuity'>>;

export interface FlagTold {
  at: string;
  actor: string;
  action: string;
  changes: { field: string; before?: unknown; after?: unknown }[];
}

export interface FlagAnswer {
  active: boolean;
  variant: string | null;
  payload: unknown;
  reason: string;
}

interface Paged<T> {
  count: number;
  next: string | null;
  results: T[];
}

/** Key of what is cached, to be named when a flag was changed. */
export const FLAGS = 'flags';

/** All of them; a tenant has at most 1,000. */
export const useFlags = () =>
  useQuery({ queryKey: [FLAGS], queryFn: async ({ signal }) => (await get<Paged<Flag>>(`${BASE}?page_size=1000`, signal)).results });

export const useFlag = (id: string) =>
  useQuery({ queryKey: [FLAGS, 'one', id], queryFn: ({ signal }) => get<Flag>(`${BASE}${encodeURIComponent(id)}/`, signal) });

export const useFlagHistory = (id: number) =>
  useQuery({ queryKey: [FLAGS, 'history', id], queryFn: async ({ signal }) => (await get<Paged<FlagTold>>(`${BASE}${id}/history/?page_size=200`, signal)).results });

export const makeFlag = (flag: FlagChange) => post<Flag>(BASE, flag);
export const changeFlag = (id: number, change: FlagChange) => patch<Flag>(`${BASE}${id}/`, change);
export const removeFlag = (id: number) => remove(`${BASE}${id}/`);

export const askFlags = (distinct_id: string, properties: Record<string, unknown>) =>
  post<Record<string, FlagAnswer>>('/api/v1/analytics/public/feature-flags/for_user/', { distinct_id, properties });
