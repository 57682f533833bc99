/** Erasing persons, and what they consented to. */

import { useQuery } from '@tanstack/react-query';
import { get, post, put } from './client';

export type EraseMode = 'delete' | 'anonymise';

/** What was found where. It says nothing about the person. */
export interface Receipt {
  id: number;
  mode: EraseMode;
  state: 'pending' | 'hidden' | 'done';
  requested_at: string;
  finished_at: string | null;
  ids: number;
  holders: Record<string, Record<string, number>>;
}

export const ERASURES = 'erasures';

/** The newest; asked for again as long as one of them is not done. */
export const useErasures = () =>
  useQuery({
    queryKey: [ERASURES],
    queryFn: async ({ signal }) => (await get<{ erasures: Receipt[] }>('/api/v1/privacy/erasures', signal)).erasures,
    refetchInterval: (query) => (query.state.data?.some((one) => one.state !== 'done') ? 2000 : false),
  });

export const erase = (distinct_id: string, mode: EraseMode) => post<Receipt>('/api/v1/privacy/erase', { distinct_id, mode });

export interface Consent {
  distinct_id: string;
  purposes: Record<string, { granted: boolean; at: string }>;
}

export const useConsent = (id: string) =>
  useQuery({ queryKey: ['consent', id], queryFn: ({ signal }) => get<Consent>(`/api/v1/consent/${encodeURIComponent(id)}`, signal), enabled: id !== '' });

export const setConsent = (id: string, purpose: string, granted: boolean) => put<Consent>(`/api/v1/consent/${encodeURIComponent(id)}`, { purpose, granted });
