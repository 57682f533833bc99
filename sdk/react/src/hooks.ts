// What components track with.

import { useCallback, useState, useSyncExternalStore } from "react";
import { type SyncResult } from "./client.js";
import { useClient } from "./context.js";
import { type Mutation, type MutationOptions, useMutation } from "./mutation.js";
import type { EventCreated, TrackEventInput } from "./types.js";
import { getAttributionData, getSessionId } from "./visit.js";
import { TRPCClientError } from "./wire.js";

/**
 * Sends events as they are. What cannot be sent now (no network, no log-in, overload, an error of the
 * server) is kept and sent later; what is refused for good is logged and not sent again. Users are
 * never told.
 */
export function useAnalyticsTracking(
  options: MutationOptions<TrackEventInput, EventCreated> = {},
): Mutation<TrackEventInput, EventCreated> {
  const { client } = useClient();
  return useMutation<TrackEventInput, EventCreated>((event) => client.track(event), {
    ...options,
    onError(error, event) {
      (client.config.onError ?? log)(error);
      options.onError?.(error, event);
    },
  });
}

function log(error: unknown): void {
  const data = error instanceof TRPCClientError ? error.data : undefined;
  if (data?.code === "FORBIDDEN") {
    console.warn("[Analytics] Permission denied:", (error as Error).message);
  } else {
    console.error("[Analytics] Tracking failed:", error);
  }
  if (data?.zodError) console.error("[Analytics] Validation errors:", data.zodError);
}

/** `track` sends an event of this session and visit; it never throws. */
export function useAnalytics(): {
  track: (input: Omit<TrackEventInput, "sessionId" | "attribution">) => void;
  isTracking: boolean;
} {
  const { mutate, isLoading } = useAnalyticsTracking();
  const track = useCallback(
    (input: Omit<TrackEventInput, "sessionId" | "attribution">) => {
      mutate({ ...input, sessionId: getSessionId(), attribution: getAttributionData() });
    },
    [mutate],
  );
  return { track, isTracking: isLoading };
}

export interface OfflineEventSync {
  /** Sends what waits now rather than at the next try; rejects when that failed. */
  syncOfflineEvents: () => Promise<SyncResult>;
  /** How many events wait. */
  queued: number;
  isSyncing: boolean;
}

const none = (): number => 0;

/**
 * The events that could not be sent yet. They are sent by themselves, when the network is back and
 * after a while that grows with every failure; this is for those who want to show or hasten it.
 */
export function useOfflineEventSync(): OfflineEventSync {
  const { client } = useClient();
  const { queue } = client;
  const queued = useSyncExternalStore(queue.subscribe, queue.size, none);
  const [open, setOpen] = useState(0);
  const syncOfflineEvents = useCallback(async () => {
    setOpen((open) => open + 1);
    try {
      return await client.sync();
    } finally {
      setOpen((open) => open - 1);
    }
  }, [client]);
  return { syncOfflineEvents, queued, isSyncing: open > 0 };
}
