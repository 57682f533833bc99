/** Which event types the tenant takes for views and for errors. */

import { useQuery } from '@tanstack/react-query';
import { VIEWS } from '../question/web';
import type { Settings } from './admin';
import { useCapabilities } from './capabilities';
import { get } from './client';

const ERRORS = ['error', '$exception', 'error_occurred'];

function useClasses(): Record<string, string[]> {
  const { settings } = useCapabilities();
  const found = useQuery({
    queryKey: ['settings'],
    queryFn: ({ signal }) => get<Settings>('/api/v1/settings', signal),
    enabled: settings,
  });
  return found.data?.classes ?? {};
}

export function useViewTypes(): string[] {
  const classes = useClasses();
  const own = [...(classes.page_view ?? []), ...(classes.screen_view ?? [])];
  return own.length > 0 ? own : VIEWS;
}

export function useErrorTypes(): string[] {
  const own = useClasses().error ?? [];
  return own.length > 0 ? own : ERRORS;
}
