// What an application has beside the hooks: a queue in localStorage.

import type { TrackEventInput } from "@/types/analytics";

const NAME = "queued_events";

export function getQueuedEventsFromStorage(): TrackEventInput[] {
  return JSON.parse(localStorage.getItem(NAME) ?? "[]");
}

export function removeEventFromQueue(event: TrackEventInput): void {
  const rest = getQueuedEventsFromStorage().filter(
    ({ idempotencyKey }) => idempotencyKey !== event.idempotencyKey);
  localStorage.setItem(NAME, JSON.stringify(rest));
}

export function chunkArray<T>(all: T[], size: number): T[][] {
  const count = Math.ceil(all.length / size);
  return Array.from({ length: count }, (_, at) => all.slice(at * size, (at + 1) * size));
}
