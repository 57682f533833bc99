/** What this server offers to us, so that nothing is shown that leads nowhere. */

import { useQuery } from '@tanstack/react-query';
import { get } from './client';
import { isAdmin, useViewer } from './viewer';

export interface Capabilities {
  settings: boolean;
  /** Keys, users, the audit trail, refused events. */
  admin: boolean;
}

export function useCapabilities(): Capabilities {
  const viewer = useViewer();
  const found = useQuery({
    queryKey: ['capabilities'],
    queryFn: ({ signal }) => get('/api/v1/settings', signal).then(() => true, () => false),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const settings = found.data ?? false;
  return { settings, admin: settings && isAdmin(viewer) };
}
