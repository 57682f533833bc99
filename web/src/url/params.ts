/** The state of a page, kept in the query string. */

import { useMemo } from 'react';
import { currentPath, navigate, useSearch } from './router';

export type Patch = Record<string, string | string[] | null>;

export function patched(search: string, patch: Patch): string {
  const params = new URLSearchParams(search);
  for (const [name, value] of Object.entries(patch)) {
    params.delete(name);
    if (Array.isArray(value)) for (const one of value) params.append(name, one);
    else if (value !== null) params.set(name, value);
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

export function setParams(patch: Patch, options: { replace?: boolean } = {}): void {
  navigate(currentPath() + patched(location.search, patch), options);
}

export function useParams(): URLSearchParams {
  const search = useSearch();
  return useMemo(() => new URLSearchParams(search), [search]);
}

const SHARED = ['range', 'from', 'to', 'compare', 'f'];

/** What goes along from page to page: time and filters. */
export function carried(search: string): string {
  const out = new URLSearchParams();
  for (const [name, value] of new URLSearchParams(search)) if (SHARED.includes(name)) out.append(name, value);
  const text = out.toString();
  return text === '' ? '' : `?${text}`;
}
