/** Visits: how many, how long, and the latest of them. */

import { Button, Select } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { SessionLine, SessionsResult } from '../../api/answer';
import { useAnswer } from '../../api/ask';
import { useEventNames } from '../../api/names';
import { useZone } from '../../api/viewer';
import { count, duration, percent, short } from '../../format/number';
import { minute } from '../../format/time';
import { filter } from '../../question/filter';
import { type Column, CsvButton, DataTable, RowsSkeleton, tableCsv } from '../../ui/DataTable';
import { useInterval } from '../../ui/IntervalSelect';
import { PageHead } from '../../ui/PageHead';
import { Panel } from '../../ui/Panel';
import { PeopleDrawer, type Who } from '../../ui/PeopleDrawer';
import { Empty, Failure } from '../../ui/states';
import { TimeChart } from '../../ui/TimeChart';
import { Tiles } from '../../ui/Tiles';
import { type Condition, useFilters, writeCondition } from '../../url/filters';
import { setParams, useParams } from '../../url/params';
import { toQuestion, useRange } from '../../url/range';
import { Link } from '../../url/router';
import classes from '../people/People.module.css';
import link from '../insights/Insights.module.css';

function eventsOf(session: SessionLine): string {
  const ids: Condition[] = [];
  if (session.session_id) ids.push({ subject: { of: 'field', name: 'session_id' }, op: 'is', values: [session.session_id] });
  else ids.push({ subject: { of: 'field', name: 'distinct_id' }, op: 'is', values: [session.person] });
  return `/events?range=90d&${new URLSearchParams(ids.map((one) => ['f', writeCondition(one)]))}`;
}

function columnsIn(zone: string): Column<SessionLine>[] {
  return [
    { label: 'Start', show: (s) => <Link to={eventsOf(s)} className={classes.id}>{minute(s.start, zone)}</Link>, raw: (s) => s.start },
    { label: 'Person', show: (s) => <Link to={`/people/${encodeURIComponent(s.person)}`} className={classes.id} title={s.person}>{s.person}</Link>, raw: (s) => s.person },
    { label: 'Duration', numeric: true, show: (s) => duration(s.seconds), raw: (s) => s.seconds },
    { label: 'Events', numeric: true, show: (s) => count(s.events), raw: (s) => s.events },
    { label: 'Views', numeric: true, show: (s) => count(s.views), raw: (s) => s.views },
    { label: 'Entry page', wide: true, show: (s) => s.entry_page ?? '', raw: (s) => s.entry_page },
    { label: 'Exit page', wide: true, show: (s) => s.exit_page ?? '', raw: (s) => s.exit_page },
    { label: 'Bounced', show: (s) => (s.bounced ? 'yes' : ''), raw: (s) => s.bounced },
  ];
}

export function Sessions() {
  const range = useRange();
  const interval = useInterval(range);
  const only = filter(useFilters());
  const zone = useZone();
  const event = useParams().get('event');
  const names = useEventNames();
  const [shown, setShown] = useState(50);
  const [who, setWho] = useState<Who | null>(null);
  const question = { kind: 'sessions', range: toQuestion(range), interval, list: shown, ...(event && { event }), ...(only && { filter: only }) };
  const answer = useAnswer<SessionsResult>(question);
  const result = answer.data?.result;
  const columns = columnsIn(zone);
  const points = useMemo(() => (result?.data ?? []).map((one) => ({ t: one.t, v: one.sessions, partial: one.partial })), [result]);
  const list = result?.list ?? [];
  const bounced = result && (
    <button type="button" className={link.link} disabled={result.bounced === 0} onClick={() => setWho({ title: 'Persons who bounced', question, at: { bounced: true } })}>{percent(result.bounce_rate)}</button>
  );
  return (
    <>
      <PageHead title="Sessions">
        <Select size="xs" w={200} searchable clearable placeholder="With any event" aria-label="With the event" data={event && !names.includes(event) ? [event, ...names] : names} value={event} onChange={(next) => setParams({ event: next })} />
      </PageHead>
      {answer.error ? <Panel><Failure error={answer.error} again={() => void answer.refetch()} height={320} /></Panel> : (
        <>
          <Panel label="Figures">
            <Tiles tiles={[
              { label: 'Sessions', value: result && count(result.sessions) },
              { label: 'Persons', value: result && count(result.persons) },
              { label: 'Bounce rate', value: bounced },
              { label: 'Average duration', value: result && duration(result.avg_seconds) },
              { label: 'Median duration', value: result && duration(result.median_seconds) },
              { label: 'Events per session', value: result && count(result.events_per_session) },
            ]} />
          </Panel>
          <TimeChart title="Sessions" name="sessions-over-time" points={points} interval={interval} range={range} format={short} />
          <Panel flush title="Latest" actions={<CsvButton name="sessions" text={() => tableCsv(columns, list)} disabled={list.length === 0} />}>
            {result === undefined ? <RowsSkeleton /> : list.length === 0 ? <Empty title="No sessions in this range" height={240} /> : <DataTable caption="Latest sessions" columns={columns} rows={list} id={(s) => `${s.session_id} ${s.person} ${s.start}`} />}
            {list.length === shown && shown < 1000 && (
              <div className={classes.more}><Button variant="default" size="xs" loading={answer.isPlaceholderData} onClick={() => setShown(Math.min(1000, shown + 150))}>Show more</Button></div>
            )}
          </Panel>
        </>
      )}
      <PeopleDrawer who={who} close={() => setWho(null)} />
    </>
  );
}
