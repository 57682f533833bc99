/** What this server offers to us, so that nothing is shown that leads nowhere. */

import { useQuery } from '@tanstack/react-query';
import { get } from './client';

export interface Capabilities {
  settings: boolean;
  books: boolean;
  rejected: boolean;
}

const NONE: Capabilities = { settings: false, books: false, rejected: false };

async function answers(path: string, signal: AbortSignal): Promise<boolean> {
  try {
    await get(path, signal);
    return true;
  } catch {
    return false;
  }
}

export function useCapabilities(): Capabilities {
  const found = useQuery({
    queryKey: ['capabilities'],
    queryFn: async ({ signal }) => {
      const [settings, books, rejected] = await Promise.all([
        answers('/api/v1/settings', signal),
        answers('/api/v1/admin/books', signal),
        answers('/api/v1/admin/rejected?limit=1', signal),
      ]);
      return { settings, books, rejected };
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  return found.data ?? NONE;
}
