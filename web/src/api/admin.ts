/** Settings, keys, users, audit, books and rejected events. */

import { useQuery } from '@tanstack/react-query';
import { get, patch, post, remove } from './client';
import type { User } from './viewer';

export interface Settings {
  name: string;
  time_zone: string;
  week_start: string;
  classes?: Record<string, string[]>;
  capture?: Capture;
  privacy?: { ip: string };
  retention?: Retention;
  flags?: { group_kinds: string[] };
}

export interface Capture {
  bots: string;
  cookieless: boolean;
  consent_required: boolean;
}

/** Days; null for as long as the server is set to, or for ever. */
export interface Retention {
  raw_days: number | null;
  hourly_days: number | null;
  daily_days: number | null;
}

export interface Key {
  id: string;
  name: string;
  kind: 'write' | 'secret';
  scopes: string[];
  origins?: string[] | null;
  hint?: string;
  created_at: string;
  expires_at: string | null;
  revoked_at: string | null;
  is_live: boolean;
}

export interface NewKey {
  name: string;
  kind: 'write' | 'secret';
  scopes?: string[];
  expires_at?: string | null;
  origins?: string[];
}

export interface Member extends User {
  last_login_at: string | null;
  disabled_at: string | null;
}

export interface Invite {
  id: string;
  email: string;
  role: string;
  expires_at: string;
}

/** Something that works once. */
export interface OnceLink {
  link: string;
  expires_at: string;
}

export interface AuditEntry {
  seq: number;
  at: string;
  actor: string;
  action: string;
  subject: string;
  detail: unknown;
}

export interface Rejected {
  id: number;
  at: string;
  dialect: string;
  code: string;
  message: string;
  field?: string | null;
  payload: unknown;
  is_cut?: boolean;
  replayed_at: string | null;
}

/** A page of a list, and where the next one begins. */
export interface Listed<T> {
  entries: T[];
  next_before: number | null;
}

export type Outcome = 'received' | 'stored' | 'removed' | 'duplicate' | 'rejected' | 'pending';

export type Books = Record<Outcome, number> & {
  balanced: boolean;
  rejected_log: { entries: number; unlogged: number };
  pipeline: { queued_bytes: number; journal_bytes: number; lag_records: number; is_stuck: boolean };
};

export const useSettings = () => useQuery({ queryKey: ['settings'], queryFn: ({ signal }) => get<Settings>('/api/v1/settings', signal) });
export const saveSettings = (change: Partial<Settings>) => patch<Settings>('/api/v1/settings', change);

export const useKeys = () => useQuery({ queryKey: ['keys'], queryFn: async ({ signal }) => (await get<{ keys: Key[] }>('/api/v1/keys', signal)).keys });
export const makeKey = (key: NewKey) => post<{ key: Key; text: string }>('/api/v1/keys', key);
export const rotateKey = (id: string) => post<{ key: Key; text: string }>(`/api/v1/keys/${encodeURIComponent(id)}/rotate`);
export const revokeKey = (id: string) => remove(`/api/v1/keys/${encodeURIComponent(id)}`);

export const useUsers = () => useQuery({ queryKey: ['users'], queryFn: ({ signal }) => get<{ users: Member[]; invites: Invite[] }>('/api/v1/users', signal) });
export const invite = (email: string, role: string) => post<OnceLink>('/api/v1/invites', { email, role });
export const withdraw = (id: string) => remove(`/api/v1/invites/${encodeURIComponent(id)}`);
export const resetUser = (id: string | number) => post<OnceLink>(`/api/v1/users/${id}/reset`);
export const changeUser = (id: string | number, change: { role?: string; disabled?: boolean }) => patch<Member>(`/api/v1/users/${id}`, change);
export const removeUser = (id: string | number) => remove(`/api/v1/users/${id}`);

export const useAudit = (before: string | null) =>
  useQuery({ queryKey: ['audit', before], queryFn: ({ signal }) => get<Listed<AuditEntry>>(`/api/v1/audit?${query({ before, limit: '50' })}`, signal) });

export const useBooks = (every?: number) =>
  useQuery({ queryKey: ['books'], queryFn: ({ signal }) => get<Books>('/api/v1/admin/books', signal), refetchInterval: every });

export const useRejected = (code: string | null, before: string | null) =>
  useQuery({
    queryKey: ['rejected', code, before],
    queryFn: ({ signal }) => get<Listed<Rejected>>(`/api/v1/admin/rejected?${query({ code, before, limit: '50' })}`, signal),
  });

export interface Replayed {
  stored: number;
  duplicate: number;
  rejected: number;
}
export const replay = (ids: number[]) => post<Replayed>('/api/v1/admin/rejected/replay', { ids });

export const changePassword = (current: string, next: string) => post<void>('/api/v1/auth/password', { current, new: next });

export interface Invitation {
  purpose: 'owner' | 'invite' | 'reset';
  email: string | null;
}

export const useInvitation = (token: string) =>
  useQuery({
    queryKey: ['setup', token],
    queryFn: ({ signal }) => get<Invitation>(`/api/v1/auth/setup/${encodeURIComponent(token)}`, signal),
  });

function query(of: Record<string, string | null>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(of)) if (value !== null && value !== '') params.set(name, value);
  return params.toString();
}

/** Something done again and again. */
export interface Job {
  name: string;
  about: string;
  timetable: string;
  /** Null for the work done for all tenants. */
  tenant: string | null;
  running: boolean;
  last_started_at: string | null;
  last_finished_at: string | null;
  last_duration_ms: number | null;
  last_result: string | null;
  last_error: string | null;
  next_at: string;
}

export const useJobs = (every: number) =>
  useQuery({ queryKey: ['jobs'], queryFn: async ({ signal }) => (await get<{ jobs: Job[] }>('/api/v1/admin/jobs', signal)).jobs, refetchInterval: every });
export const runJob = (name: string) => post<{ name: string; status: string }>(`/api/v1/admin/jobs/${encodeURIComponent(name)}/run`);
