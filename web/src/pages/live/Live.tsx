/** Events as they come in. */

import { Button, Select } from '@mantine/core';
import { useState } from 'react';
import type { EventsResult, TrackedEvent, WebResult } from '../../api/answer';
import { useAnswer } from '../../api/ask';
import { useEventNames } from '../../api/names';
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

const EVERY = 2000;

function lastMinute(events: TrackedEvent[], now: number): number {
  return events.filter((event) => now - Date.parse(event.timestamp) < 60_000).length;
}

export function Live() {
  const only = filter(useFilters());
  const event = useParams().get('event');
  const names = useEventNames();
  const zone = useZone();
  const [paused, setPaused] = useState(false);
  const [open, setOpen] = useState<TrackedEvent | null>(null);
  const every = paused ? undefined : EVERY;
  const answer = useAnswer<EventsResult>({ kind: 'events', range: { last: '24h' }, limit: 100, ...(event && { event }), ...(only && { filter: only }) }, { every });
  const web = useAnswer<WebResult>({ kind: 'web', range: { last: '1h' }, limit: 1, ...(only && { filter: only }) }, { every: paused ? undefined : 10_000 });
  const events = answer.data?.result.events ?? [];
  const now = answer.dataUpdatedAt;
  const columns = eventColumns((iso) => moment(iso, zone));
  const busy = lastMinute(events, now);
  return (
    <>
      <PageHead title="Live" note={paused ? 'paused' : 'every 2 seconds'} range={null}>
        <Select size="xs" w={200} searchable clearable placeholder="Any event" aria-label="Event" data={event && !names.includes(event) ? [event, ...names] : names} value={event} onChange={(next) => setParams({ event: next })} />
        <Button size="xs" variant="default" w={84} onClick={() => setPaused(!paused)}>{paused ? 'Resume' : 'Pause'}</Button>
      </PageHead>
      <Panel label="Figures">
        <Tiles tiles={[
          { label: 'Online in the last 5 minutes', value: web.data && count(web.data.result.live_visitors) },
          { label: 'Events in the last minute', value: answer.data && (busy === 100 ? '100 or more' : count(busy)) },
          { label: 'Last event', value: answer.data && (events[0] ? moment(events[0].timestamp, zone) : '–') },
        ]} />
      </Panel>
      <Panel flush title="Newest events" actions={<CsvButton name="live" text={() => tableCsv(columns, events)} disabled={events.length === 0} />}>
        {answer.error && !answer.data ? <Failure error={answer.error} again={() => void answer.refetch()} height={320} />
          : answer.data === undefined ? <RowsSkeleton rows={14} />
            : events.length === 0 ? <Empty title="No events in the last 24 hours" height={320}><Link to="/start">Send the first one</Link></Empty>
              : <EventTable events={events} open={setOpen} />}
      </Panel>
      <EventDrawer event={open} close={() => setOpen(null)} />
    </>
  );
}
