/** Everybody who was there, latest first. */

import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { PersonLine, PersonsResult } from '../../api/answer';
import { useZone } from '../../api/viewer';
import { count } from '../../format/number';
import { minute } from '../../format/time';
import { value } from '../../format/value';
import { filter } from '../../question/filter';
import { type Column, CsvButton, DataTable, tableCsv } from '../../ui/DataTable';
import { PageHead } from '../../ui/PageHead';
import { Pages, usePages } from '../../ui/Pages';
import { Panel } from '../../ui/Panel';
import { useFilters } from '../../url/filters';
import { carried } from '../../url/params';
import { toQuestion, useRange } from '../../url/range';
import { Link, navigate } from '../../url/router';
import classes from './People.module.css';

const path = (id: string) => `/people/${encodeURIComponent(id)}`;

function gist(person: PersonLine): string {
  return Object.entries(person.properties).slice(0, 4).map(([name, of]) => `${name}: ${value(of)}`).join(' · ');
}

function Find() {
  const [id, setId] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (id.trim() !== '') navigate(path(id.trim()) + carried(location.search));
  };
  return (
    <form onSubmit={submit} className={classes.find}>
      <TextInput size="xs" w={200} aria-label="Any id of a person" placeholder="Any id of a person" value={id} onChange={(e) => setId(e.currentTarget.value)} />
      <Button type="submit" size="xs" variant="default">Open</Button>
    </form>
  );
}

export function People() {
  const range = useRange();
  const only = filter(useFilters());
  const zone = useZone();
  const pages = usePages<PersonsResult, PersonLine>({ kind: 'persons', range: toQuestion(range), limit: 50, ...(only && { filter: only }) }, (result) => result.persons);
  const columns: Column<PersonLine>[] = [
    { label: 'Person', show: (person) => <Link to={path(person.person)} className={classes.id} title={person.person} onClick={(e) => e.stopPropagation()}>{person.person}</Link>, raw: (person) => person.person },
    { label: 'Last seen', show: (person) => minute(person.last_seen, zone), raw: (person) => person.last_seen },
    { label: 'First seen', show: (person) => minute(person.first_seen, zone), raw: (person) => person.first_seen },
    { label: 'Events', numeric: true, show: (person) => count(person.events), raw: (person) => person.events },
    { label: 'Properties', wide: true, show: (person) => <span className="muted">{gist(person)}</span>, raw: (person) => JSON.stringify(person.properties) },
  ];
  const total = pages.first?.total;
  return (
    <>
      <PageHead title="People" note={total === undefined ? undefined : `${count(total)} in this range`}><Find /></PageHead>
      <Panel flush title="Latest seen first" actions={<CsvButton name="people" text={() => tableCsv(columns, pages.rows)} disabled={pages.rows.length === 0} />}>
        <Pages of={pages} empty="Nobody in this range">
          <DataTable caption="People" columns={columns} rows={pages.rows} id={(person) => person.person} open={(person) => navigate(path(person.person) + carried(location.search))} />
        </Pages>
      </Panel>
    </>
  );
}
