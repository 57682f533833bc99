/** Events as they come in. */

import { Button, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { TrackedEvent, WebResult } from '../../api/answer';
import { useAnswer } from '../../api/ask';
import { get } from '../../api/client';
import type { LiveState } from '../../api/live';
import { useEventNames } from '../../api/names';
import type { Filter } from '../../api/question';
import { useZone } from '../../api/viewer';
import { count } from '../../format/number';
import { moment } from '../../format/time';
import { filter } from '../../question/filter';
import { CsvButton, RowsSkeleton, tableCsv } from '../../ui/DataTable';
import { EventDrawer } from '../../ui/EventDrawer';
import { EventTable, eventColumns } from '../../ui/EventTable';
import { PageHead } from '../../ui/PageHead';
import { Panel } from '../../ui/Panel';
import { Empty, Failure } from '../../ui/states';
import { Tiles } from '../../ui/Tiles';
import { useFilters } from '../../url/filters';
import { setParams, useParams } from '../../url/params';
import { Link } from '../../url/router';
import { ROWS_MAX, useLive } from './useLive';

const VISITORS_MS = 5000;

function lastMinute(events: TrackedEvent[], now: number): number {
  return events.filter((event) => now - Date.parse(event.received_at ?? event.timestamp) < 60_000).length;
}

/** Persons of the last five minutes; the server counts them by itself where nothing is filtered. */
function useVisitors(only: Filter | undefined, paused: boolean): number | undefined {
  const all = useQuery({
    queryKey: ['live-visitors'],
    queryFn: async ({ signal }) => (await get<{ visitors: number }>('/api/v1/live/visitors', signal)).visitors,
    enabled: only === undefined,
    refetchInterval: paused ? false : VISITORS_MS,
  });
  const web = useAnswer<WebResult>(only === undefined ? null : { kind: 'web', range: { last: '1h' }, limit: 1, filter: only }, { every: paused ? undefined : 2 * VISITORS_MS });
  return only === undefined ? all.data : web.data?.result.live_visitors;
}

function useNow(paused: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (paused) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [paused]);
  return now;
}

function noteOf(state: LiveState, paused: boolean): string {
  if (paused) return 'paused';
  return state.is === 'live' ? 'as they come' : state.is === 'connecting' ? 'connecting …' : '';
}

export function Live() {
  const only = filter(useFilters());
  const event = useParams().get('event');
  const names = useEventNames();
  const zone = useZone();
  const [paused, setPaused] = useState(false);
  const [open, setOpen] = useState<TrackedEvent | null>(null);
  const { first, events, missed, state } = useLive(event, only, paused);
  const visitors = useVisitors(only, paused);
  const busy = lastMinute(events, useNow(paused));
  const columns = eventColumns((iso) => moment(iso, zone));
  const failed = first.error ?? (state.is === 'refused' ? state.error : null);
  return (
    <>
      <PageHead title="Live" note={<span role="status">{noteOf(state, paused)}{missed > 0 && ` · ${count(missed)} missed`}</span>} range={null}>
        <Select size="xs" w={200} searchable clearable placeholder="Any event" aria-label="Event" data={event && !names.includes(event) ? [event, ...names] : names} value={event} onChange={(next) => setParams({ event: next })} />
        <Button size="xs" variant="default" w={84} onClick={() => setPaused(!paused)}>{paused ? 'Resume' : 'Pause'}</Button>
      </PageHead>
      <Panel label="Figures">
        <Tiles tiles={[
          { label: 'Online in the last 5 minutes', value: visitors === undefined ? undefined : count(visitors) },
          { label: 'Events in the last minute', value: first.data && (busy === ROWS_MAX ? `${ROWS_MAX} or more` : count(busy)) },
          { label: 'Last event', value: first.data && (events[0] ? moment(events[0].timestamp, zone) : '–') },
        ]} />
      </Panel>
      <Panel flush title="Newest events" actions={<CsvButton name="live" text={() => tableCsv(columns, events)} disabled={events.length === 0} />}>
        {failed ? <Failure error={failed} again={() => void first.refetch()} height={320} />
          : first.data === undefined ? <RowsSkeleton rows={14} />
            : events.length === 0 ? <Empty title="No events in the last 24 hours" height={320}><Link to="/start">Send the first one</Link></Empty>
              : <EventTable events={events} open={setOpen} />}
      </Panel>
      <EventDrawer event={open} close={() => setOpen(null)} />
    </>
  );
}
