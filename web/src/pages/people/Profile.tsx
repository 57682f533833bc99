/** One person: what is known, and what it did. */

import { Skeleton } from '@mantine/core';
import { useState } from 'react';
import type { PersonResult, TrackedEvent } from '../../api/answer';
import { useCapabilities } from '../../api/capabilities';
import { useZone } from '../../api/viewer';
import { count } from '../../format/number';
import { ago, minute } from '../../format/time';
import { value } from '../../format/value';
import { CsvButton, tableCsv } from '../../ui/DataTable';
import { EventDrawer } from '../../ui/EventDrawer';
import { EventTable, eventColumns } from '../../ui/EventTable';
import { Facts } from '../../ui/Facts';
import { PageHead } from '../../ui/PageHead';
import { Pages, usePages } from '../../ui/Pages';
import { Panel } from '../../ui/Panel';
import { Empty, Failure } from '../../ui/states';
import { toQuestion, useRange } from '../../url/range';
import { Link } from '../../url/router';
import classes from './People.module.css';

function nameOf(person: NonNullable<PersonResult['person']>): string {
  for (const key of ['name', 'email', 'username']) {
    const found = person.properties[key];
    if (typeof found === 'string' && found !== '') return found;
  }
  return person.person;
}

export function Profile({ id }: { id: string }) {
  const range = useRange('90d');
  const zone = useZone();
  const can = useCapabilities();
  const [open, setOpen] = useState<TrackedEvent | null>(null);
  const pages = usePages<PersonResult, TrackedEvent>({ kind: 'person', id, range: toQuestion(range), limit: 50 }, (result) => result.events);
  const person = pages.first?.person;
  const columns = eventColumns((iso) => minute(iso, zone));

  if (pages.found.error) return <Panel><Failure error={pages.found.error} again={() => void pages.found.refetch()} height={320} /></Panel>;
  if (person === null) return <Panel><Empty title="Nobody is known by this id" height={320}><Link to="/people">All people</Link></Empty></Panel>;
  return (
    <>
      <PageHead title={person ? nameOf(person) : id} note={person && `last seen ${ago(person.last_seen)}`} range="90d" filters={false}>
        {person && can.admin && <Link to={`/privacy?id=${encodeURIComponent(id)}`} className="muted" style={{ alignSelf: 'center', fontSize: 13 }}>Erase this person</Link>}
      </PageHead>
      <div className={classes.split}>
        <Panel label="Profile">
          {person ? (
            <>
              <Facts title="Seen" facts={[['First', minute(person.first_seen, zone)], ['Last', minute(person.last_seen, zone)], ['Events', count(person.events)]]} />
              <Facts title="Properties" facts={Object.entries(person.properties).map(([name, of]) => [name, value(of)])} none="No properties" />
              <Facts title={`${count(person.distinct_ids.length)} ${person.distinct_ids.length === 1 ? 'id' : 'ids'}`} facts={person.distinct_ids.slice(0, 50).map((one, i) => [String(i + 1), one])} />
            </>
          ) : <Skeleton height={320} />}
        </Panel>
        <Panel flush title="Timeline" actions={<CsvButton name="timeline" text={() => tableCsv(columns, pages.rows)} disabled={pages.rows.length === 0} />}>
          <Pages of={pages} empty="No events in this range">
            <EventTable events={pages.rows} open={setOpen} own />
          </Pages>
        </Panel>
      </div>
      <EventDrawer event={open} close={() => setOpen(null)} />
    </>
  );
}
