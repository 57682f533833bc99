/** Which event types the tenant takes for views. */

import { useQuery } from '@tanstack/react-query';
import { VIEWS } from '../question/web';
import type { Settings } from './admin';
import { useCapabilities } from './capabilities';
import { get } from './client';

export function useClasses(): string[] {
  const { settings } = useCapabilities();
  const found = useQuery({
    queryKey: ['settings'],
    queryFn: ({ signal }) => get<Settings>('/api/v1/settings', signal),
    enabled: settings,
  });
  const classes = found.data?.classes;
  const own = [...(classes?.page_view ?? []), ...(classes?.screen_view ?? [])];
  return own.length > 0 ? own : VIEWS;
}
