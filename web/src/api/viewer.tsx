/** Who looks at the dashboard: a user with a session cookie, or a secret key in this tab. */

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, createContext, useContext } from 'react';
import type { Answer } from './answer';
import { Problem, get, post, saveKey, savedKey } from './client';

export interface User {
  id: string | number;
  email: string;
  name: string;
  role: string;
}

export interface Tenant {
  id: string;
  name: string;
  time_zone: string;
  week_start: string;
}

export interface Viewer {
  /** Absent when a secret key is used. */
  user: User | null;
  tenant: Tenant;
  /** What a key may do. */
  scopes?: string[];
}

/** Whether keys, users and settings may be changed. */
export function isAdmin({ user, scopes }: Viewer): boolean {
  return user ? user.role === 'owner' || user.role === 'admin' : (scopes?.includes('admin') ?? false);
}

/** What the server says of us before we are let in. */
export type Door = { viewer: Viewer; passwords?: undefined } | { viewer: null; passwords: boolean };

/** Asks something small, for the zone of the tenant whose key it is. */
async function ofKey(): Promise<Viewer> {
  const answer = await post<Answer<unknown>>('/api/v1/query', { kind: 'taxonomy', limit: 1 });
  const { tz, week_start } = answer.question as { tz?: string; week_start?: string };
  const tenant = { id: '', name: 'Secret key', time_zone: tz ?? 'UTC', week_start: week_start ?? 'monday' };
  const fallback: Viewer = { user: null, tenant };
  return get<Viewer>('/api/v1/auth/me').catch(() => fallback);
}

async function knock(): Promise<Door> {
  if (savedKey() !== null) {
    try {
      return { viewer: await ofKey() };
    } catch (error) {
      if (!(error instanceof Problem) || error.status === 0 || error.status >= 429) throw error;
      saveKey(null);
    }
  }
  try {
    return { viewer: await get<Viewer>('/api/v1/auth/me') };
  } catch (error) {
    if (!(error instanceof Problem) || (error.status !== 401 && error.status !== 404)) throw error;
    return { viewer: null, passwords: error.status !== 404 };
  }
}

export const DOOR = ['door'];

export const useDoor = () => useQuery({ queryKey: DOOR, queryFn: knock, staleTime: Number.POSITIVE_INFINITY });

export function useEntrance() {
  const client = useQueryClient();
  const enter = (viewer: Viewer) => {
    client.removeQueries({ predicate: (query) => query.queryKey[0] !== DOOR[0] });
    client.setQueryData<Door>(DOOR, () => ({ viewer }));
  };
  return {
    enter,
    password: async (email: string, password: string) => {
      saveKey(null);
      enter(await post<Viewer>('/api/v1/auth/login', { email, password }));
    },
    key: async (key: string) => {
      saveKey(key);
      try {
        enter(await ofKey());
      } catch (error) {
        saveKey(null);
        throw error;
      }
    },
    leave: async () => {
      if (savedKey() === null) await post('/api/v1/auth/logout').catch(() => undefined);
      saveKey(null);
      const outside: Door = { viewer: null, passwords: true };
      client.setQueryData<Door>(DOOR, () => outside);
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== DOOR[0] });
      await client.invalidateQueries({ queryKey: DOOR });
    },
  };
}

const Context = createContext<Viewer | null>(null);

export function ViewerProvider({ viewer, children }: { viewer: Viewer; children: ReactNode }) {
  return <Context.Provider value={viewer}>{children}</Context.Provider>;
}

export function useViewer(): Viewer {
  const viewer = useContext(Context);
  if (viewer === null) throw new Error('there is no viewer outside of the dashboard');
  return viewer;
}

export const useZone = () => useViewer().tenant.time_zone;
