// A queue of the application's own, sent in chunks.

import type { TrackEventInput } from "@/types/analytics";
import { chunkArray, getQueuedEventsFromStorage, removeEventFromQueue } from "./queue";
import { trpc } from '@/lib/trpc';

function useOfflineEventSync() {
  const trackBatch = trpc.eventIngestion.trackBatch.useMutation();

  const syncOfflineEvents = async () => {
    const queuedEvents = getQueuedEventsFromStorage();

    if (queuedEvents.length === 0) return;

    // Split into chunks of 50
    const chunks = chunkArray(queuedEvents, 50);

    for (const chunk of chunks) {
      const result = await trackBatch.mutateAsync({ events: chunk });

      console.log(`Synced ${result.successful}/${result.total} events`);

      // Remove successful events from queue
      result.results.forEach((r, i) => {
        if (r.status === 'fulfilled') {
          removeEventFromQueue(chunk[i]);
        }
      });
    }
  };

  return { syncOfflineEvents };
}

export { useOfflineEventSync };
