/** What goes wrong, grouped by what looks alike. */

import { useMemo, useState } from 'react';
import type { ErrorGroup, ErrorsResult, TrendSeries } from '../../api/answer';
import { useAnswer } from '../../api/ask';
import { useErrorTypes } from '../../api/classes';
import { useZone } from '../../api/viewer';
import { count, short } from '../../format/number';
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
import { useFilters } from '../../url/filters';
import { toQuestion, useRange } from '../../url/range';
import link from '../insights/Insights.module.css';
import classes from './Errors.module.css';

export function Errors() {
  const range = useRange();
  const interval = useInterval(range);
  const filters = useFilters();
  const zone = useZone();
  const types = useErrorTypes();
  const [who, setWho] = useState<Who | null>(null);
  const only = filter(filters);
  const question = { kind: 'errors', range: toQuestion(range), limit: 100, ...(only && { filter: only }) };
  const answer = useAnswer<ErrorsResult>(question);
  const series = [{ filter: filter(filters, [{ field: 'event_type', op: 'in', value: types }]) }];
  const trend = useAnswer<{ series: TrendSeries[] }>({ kind: 'trend', range: toQuestion(range), interval, series });
  const points = useMemo(() => trend.data?.result.series[0]?.data ?? [], [trend.data]);
  const result = answer.data?.result;
  const columns: Column<ErrorGroup>[] = [
    {
      label: 'Error',
      show: (group) => (
        <div className={classes.error}>
          <span className={classes.message}>{group.message || group.name || 'Error without a message'}</span>
          {(group.name || group.frame) && <span className={`mono ${classes.frame}`}>{[group.message ? group.name : '', group.frame].filter(Boolean).join(' · ')}</span>}
        </div>
      ),
      raw: (group) => [group.name, group.message].filter(Boolean).join(': '),
    },
    { label: 'Count', numeric: true, show: (group) => count(group.count), raw: (group) => group.count },
    {
      label: 'Persons',
      numeric: true,
      show: (group) => <button type="button" className={link.link} onClick={() => setWho({ title: group.message || group.name, question, at: { fingerprint: group.fingerprint } })}>{count(group.persons)}</button>,
      raw: (group) => group.persons,
    },
    { label: 'First seen', show: (group) => <span className="muted">{minute(group.first_seen, zone)}</span>, raw: (group) => group.first_seen },
    { label: 'Last seen', show: (group) => <span className="muted">{minute(group.last_seen, zone)}</span>, raw: (group) => group.last_seen },
  ];
  const groups = result?.groups ?? [];
  return (
    <>
      <PageHead title="Errors" />
      {answer.error ? <Panel><Failure error={answer.error} again={() => void answer.refetch()} height={320} /></Panel> : (
        <>
          <Panel label="Figures">
            <Tiles tiles={[
              { label: 'Errors', value: result && count(result.total) },
              { label: 'Persons that met one', value: result && count(result.persons) },
              { label: 'Kinds of errors', value: result && count(groups.length + result.dropped_groups) },
            ]} />
          </Panel>
          <TimeChart title="Errors" name="errors-over-time" points={points} interval={interval} range={range} format={short} bars height={180} />
          <Panel flush title="Kinds of errors" actions={<CsvButton name="errors" text={() => tableCsv(columns, groups)} disabled={groups.length === 0} />}>
            {result === undefined ? <RowsSkeleton /> : groups.length === 0 ? <Empty title="No errors in this range" height={240} /> : <DataTable caption="Kinds of errors" columns={columns} rows={groups} id={(group) => group.fingerprint} />}
          </Panel>
        </>
      )}
      <PeopleDrawer who={who} close={() => setWho(null)} />
    </>
  );
}
