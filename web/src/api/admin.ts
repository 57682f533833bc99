/** Settings, keys, users, audit, books and rejected events. */

import { useQuery } from '@tanstack/react-query';
import { get, patch, post, remove } from './client';
import type { User } from './viewer';

export interface Settings {
  name: string;
  time_zone: string;
  week_start: string;
  classes?: Record<string, string[]>;
  capture?: Record<string, unknown>;
  privacy?: Record<string, unknown>;
  retention?: Record<string, unknown>;
}

export interface Key {
  id: string;
  name: string;
  kind: 'write' | 'secret';
  scopes: string[];
  origins?: string[] | null;
  hint?: string;
  created_at?: string;
  last_used_at?: string | null;
  expires_at?: string | null;
  revoked_at?: string | null;
}

export interface NewKey {
  name: string;
  kind: 'write' | 'secret';
  scopes?: string[];
  expires_at?: string | null;
  origins?: string[];
}

export interface Member extends User {
  last_login_at?: string | null;
  disabled?: boolean;
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
  id: string;
  at: string;
  dialect: string;
  code: string;
  message: string;
  field?: string | null;
  payload: unknown;
  replayed_at?: string | null;
}

export type Books = Record<'received' | 'stored' | 'removed' | 'duplicate' | 'rejected' | 'pending', number> & {
  rates?: Record<string, number>;
};

function list<T>(body: unknown, name: string): T[] {
  if (Array.isArray(body)) return body as T[];
  const inner = (body as Record<string, unknown> | null)?.[name];
  return Array.isArray(inner) ? (inner as T[]) : [];
}

export const useSettings = () => useQuery({ queryKey: ['settings'], queryFn: ({ signal }) => get<Settings>('/api/v1/settings', signal) });
export const saveSettings = (change: Partial<Settings>) => patch<Settings>('/api/v1/settings', change);

export const useKeys = () =>
  useQuery({ queryKey: ['keys'], queryFn: async ({ signal }) => list<Key>(await get('/api/v1/keys', signal), 'keys') });
export const makeKey = (key: NewKey) => post<{ key: Key; text: string }>('/api/v1/keys', key);
export const rotateKey = (id: string) => post<{ key: Key; text: string }>(`/api/v1/keys/${encodeURIComponent(id)}/rotate`);
export const revokeKey = (id: string) => remove(`/api/v1/keys/${encodeURIComponent(id)}`);

export const useUsers = () =>
  useQuery({ queryKey: ['users'], queryFn: async ({ signal }) => list<Member>(await get('/api/v1/users', signal), 'users') });
export const invite = (email: string, role: string) => post<{ link: string; expires_at: string }>('/api/v1/invites', { email, role });
export const changeUser = (id: string, change: { role?: string }) => patch<unknown>(`/api/v1/users/${encodeURIComponent(id)}`, change);
export const removeUser = (id: string) => remove(`/api/v1/users/${encodeURIComponent(id)}`);

export const useAudit = (before: string | null) =>
  useQuery({
    queryKey: ['audit', before],
    queryFn: async ({ signal }) => list<AuditEntry>(await get(`/api/v1/audit?${query({ before, limit: '50' })}`, signal), 'entries'),
  });

export const useBooks = (every?: number) =>
  useQuery({ queryKey: ['books'], queryFn: ({ signal }) => get<Books>('/api/v1/admin/books', signal), refetchInterval: every });

export const useRejected = (reason: string | null, before: string | null) =>
  useQuery({
    queryKey: ['rejected', reason, before],
    queryFn: async ({ signal }) =>
      list<Rejected>(await get(`/api/v1/admin/rejected?${query({ reason, before, limit: '50' })}`, signal), 'entries'),
  });
export const replay = (ids: string[]) => post<unknown>('/api/v1/admin/rejected/replay', { ids });

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
