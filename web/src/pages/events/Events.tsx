/** Single events, newest first. */

import { Select } from '@mantine/core';
import { useState } from 'react';
import type { TrackedEvent } from '../../api/answer';
import { useEventNames } from '../../api/names';
import { useZone } from '../../api/viewer';
import { moment } from '../../format/time';
import { filter } from '../../question/filter';
import { CsvButton, tableCsv } from '../../ui/DataTable';
import { EventDrawer } from '../../ui/EventDrawer';
import { eventColumns, EventTable } from '../../ui/EventTable';
import { PageHead } from '../../ui/PageHead';
import { Pages, usePages } from '../../ui/Pages';
import { Panel } from '../../ui/Panel';
import { useFilters } from '../../url/filters';
import { setParams, useParams } from '../../url/params';
import { toQuestion, useRange } from '../../url/range';

export function Events() {
  const range = useRange('24h');
  const filters = useFilters();
  const event = useParams().get('event');
  const names = useEventNames();
  const zone = useZone();
  const only = filter(filters);
  const [open, setOpen] = useState<TrackedEvent | null>(null);
  const pages = usePages<{ events: TrackedEvent[]; next_cursor: string | null }, TrackedEvent>(
    { kind: 'events', range: toQuestion(range), limit: 50, ...(event && { event }), ...(only && { filter: only }) },
    (result) => result.events,
  );
  const columns = eventColumns((iso) => moment(iso, zone));
  return (
    <>
      <PageHead title="Events" range="24h">
        <Select size="xs" w={200} searchable clearable placeholder="Any event" aria-label="Event" data={event && !names.includes(event) ? [event, ...names] : names} value={event} onChange={(next) => setParams({ event: next })} />
      </PageHead>
      <Panel flush label="Events" title="Newest first" actions={<CsvButton name="events" text={() => tableCsv(columns, pages.rows)} disabled={pages.rows.length === 0} />}>
        <Pages of={pages} empty="No such events in this range">
          <EventTable events={pages.rows} open={setOpen} />
        </Pages>
      </Panel>
      <EventDrawer event={open} close={() => setOpen(null)} />
    </>
  );
}
