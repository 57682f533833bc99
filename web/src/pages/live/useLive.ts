/** The newest events, as they come. */

import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { EventsResult, TrackedEvent } from '../../api/answer';
import { ask } from '../../api/ask';
import { type LiveState, follow } from '../../api/live';
import type { Filter } from '../../api/question';

/** Rows that are kept. */
export const ROWS_MAX = 200;
/** Milliseconds between drawings, however many come. */
const DRAW_MS = 200;
/** By then an event that was safe before the stream began is in answers, too. */
const LAG_MS = 2000;

function merged(fresh: TrackedEvent[], old: TrackedEvent[]): TrackedEvent[] {
  const seen = new Set<string>();
  const all = [...fresh, ...old].filter((event) => !seen.has(event.event_id) && seen.add(event.event_id));
  return all.slice(0, ROWS_MAX);
}

export function useLive(event: string | null, only: Filter | undefined, paused: boolean) {
  const key = JSON.stringify([event, only]);
  const [events, setEvents] = useState<TrackedEvent[]>([]);
  const [missed, setMissed] = useState(0);
  const [state, setState] = useState<LiveState>({ is: 'connecting' });
  const place = useRef<{ key: string; id: string | null }>({ key, id: null });
  const first = useQuery({
    queryKey: ['live', key],
    queryFn: async ({ signal }) => (await ask<EventsResult>({ kind: 'events', range: { last: '24h' }, limit: 100, ...(event && { event }), ...(only && { filter: only }) }, signal)).result.events,
    staleTime: 0,
    gcTime: 0,
  });

  useEffect(() => {
    setEvents([]);
    setMissed(0);
  }, [key]);

  useEffect(() => {
    if (paused) return undefined;
    const stop = new AbortController();
    // Who comes back from a pause hears what came in between; who asks for something else begins anew.
    if (place.current.key !== key) place.current = { key, id: null };
    const params = new URLSearchParams();
    // A comma would part two names.
    if (event) params.set('event_type', event.replaceAll('%', '%25').replaceAll(',', '%2C'));
    if (only) params.set('filter', JSON.stringify(only));
    let waiting: TrackedEvent[] = [];
    let late: ReturnType<typeof setTimeout> | undefined;
    const timer = setInterval(() => {
      if (waiting.length === 0) return;
      const fresh = waiting.reverse();
      waiting = [];
      setEvents((old) => merged(fresh, old));
    }, DRAW_MS);
    const heard = {
      event: (one: TrackedEvent) => { waiting.push(one); if (waiting.length > ROWS_MAX) waiting.shift(); },
      missed: (count: number) => setMissed((all) => all + count),
      state: (now: LiveState) => {
        setState(now);
        // A stream without a place begins now: what came before it is asked for, and once more as answers lag a little.
        if (now.is !== 'live' || place.current.id !== null) return;
        void first.refetch();
        late = setTimeout(() => void first.refetch(), LAG_MS);
      },
    };
    void follow(params.toString(), place.current, heard, stop.signal);
    return () => {
      stop.abort();
      clearInterval(timer);
      clearTimeout(late);
    };
  }, [key, paused]);

  return { first, events: merged(events, first.data ?? []), missed, state };
}
