// @ts-nocheck Its list has no type, as it stands.

import { trpc } from "@/lib/trpc";
import type { TrackEventInput } from "@/types/analytics";

export function gathered(trackBatch: ReturnType<typeof trpc.eventIngestion.trackBatch.useMutation>) {
  // Option A: Batch manually for offline sync
  const queuedEvents = [];

  function queueEvent(event: TrackEventInput) {
    queuedEvents.push(event);

    if (queuedEvents.length >= 20) {
      flushQueue();
    }
  }

  function flushQueue() {
    if (queuedEvents.length === 0) return;

    trackBatch.mutate({ events: [...queuedEvents] });
    queuedEvents.length = 0;
  }

  return { queueEvent, flushQueue };
}
