/** Events as a table. */

import { UnstyledButton } from '@mantine/core';
import type { TrackedEvent } from '../api/answer';
import { useZone } from '../api/viewer';
import { minute, moment } from '../format/time';
import { country, value } from '../format/value';
import { Link } from '../url/router';
import { type Column, DataTable } from './DataTable';
import classes from './EventTable.module.css';

const text = (of: unknown) => (typeof of === 'string' ? of : '');

function gist(event: TrackedEvent): string {
  return Object.entries(event.properties).filter(([name]) => !name.startsWith('$')).slice(0, 4).map(([name, of]) => `${name}: ${value(of)}`).join(' · ');
}

export function eventColumns(time: (iso: string) => string, open?: (event: TrackedEvent) => void): Column<TrackedEvent>[] {
  return [
    { label: 'Time', show: (event) => <span className="muted">{time(event.timestamp)}</span>, raw: (event) => event.timestamp },
    {
      label: 'Event',
      show: (event) => (open ? <UnstyledButton className={classes.name} onClick={(e) => { e.stopPropagation(); open(event); }}>{event.event_type}</UnstyledButton> : event.event_type),
      raw: (event) => event.event_type,
    },
    {
      label: 'Person',
      show: (event) => (event.distinct_id ? <Link to={`/people/${encodeURIComponent(event.distinct_id)}`} className={classes.person} title={event.distinct_id} onClick={(e) => e.stopPropagation()}>{event.distinct_id}</Link> : <span className="muted">nobody</span>),
      raw: (event) => event.distinct_id,
    },
    { label: 'Page', show: (event) => <span className={classes.page} title={text(event.page_path)}>{text(event.page_path)}</span>, raw: (event) => text(event.page_path) },
    { label: 'Country', show: (event) => country(text(event.country)), raw: (event) => text(event.country) },
    { label: 'Properties', wide: true, show: (event) => <span className="muted">{gist(event)}</span>, raw: (event) => JSON.stringify(event.properties) },
  ];
}

interface Props {
  events: TrackedEvent[];
  open: (event: TrackedEvent) => void;
  /** Leave out whose events they are. */
  own?: boolean;
  withYear?: boolean;
}

export function EventTable({ events, open, own, withYear }: Props) {
  const zone = useZone();
  const columns = eventColumns((iso) => (withYear ? minute(iso, zone) : moment(iso, zone)), open).filter((column) => !own || column.label !== 'Person');
  return <DataTable caption="Events" columns={columns} rows={events} id={(event) => event.event_id} open={open} />;
}
