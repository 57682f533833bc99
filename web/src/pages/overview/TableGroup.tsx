/** Tables that belong together, one of them shown. */

import { Button, Modal, Skeleton, Tabs } from '@mantine/core';
import { useState } from 'react';
import type { WebLine, WebResult, WebTable } from '../../api/answer';
import { useAnswer } from '../../api/ask';
import type { Question } from '../../api/question';
import { broken, country } from '../../format/value';
import { lineCondition } from '../../question/web';
import { type Bar, BarList } from '../../ui/BarList';
import { type Column, CsvButton, tableCsv } from '../../ui/DataTable';
import { Panel } from '../../ui/Panel';
import { readFilters, setFilters, withCondition } from '../../url/filters';
import { setParams, useParams } from '../../url/params';
import classes from './TableGroup.module.css';

interface Group {
  name: string;
  tables: { table: WebTable; tab: string; head: string }[];
}

export const GROUPS: Group[] = [
  { name: 'pages', tables: [{ table: 'pages', tab: 'Pages', head: 'Page' }, { table: 'entry_pages', tab: 'Entry', head: 'Entry page' }, { table: 'exit_pages', tab: 'Exit', head: 'Exit page' }] },
  {
    name: 'sources',
    tables: [
      { table: 'sources', tab: 'Sources', head: 'Source' }, { table: 'referrers', tab: 'Referrers', head: 'Referrer' },
      { table: 'utm_source', tab: 'UTM source', head: 'UTM source' }, { table: 'utm_medium', tab: 'Medium', head: 'UTM medium' }, { table: 'utm_campaign', tab: 'Campaign', head: 'UTM campaign' },
    ],
  },
  { name: 'places', tables: [{ table: 'countries', tab: 'Countries', head: 'Country' }, { table: 'regions', tab: 'Regions', head: 'Region' }] },
  { name: 'devices', tables: [{ table: 'devices', tab: 'Devices', head: 'Device' }, { table: 'browsers', tab: 'Browsers', head: 'Browser' }, { table: 'os', tab: 'OS', head: 'OS' }] },
];

function label(table: WebTable, line: WebLine): string {
  const text = broken(line);
  if (line.kind === 'none' && table.startsWith('utm')) return '(not set)';
  if (line.kind === 'none' && table === 'referrers') return 'Direct';
  if (table === 'countries' && !line.kind) return country(text);
  if (table === 'sources' || table === 'devices') return text.charAt(0).toUpperCase() + text.slice(1);
  return table === 'referrers' ? text.replace(/^https?:\/\/(www\.)?/, '').replace(/\/$/, '') : text;
}

function pick(table: WebTable, line: WebLine): (() => void) | undefined {
  const condition = lineCondition(table, line);
  if (condition === null) return undefined;
  return () => setFilters(withCondition(readFilters(new URLSearchParams(location.search)), condition));
}

function bars(table: WebTable, lines: WebLine[], after?: () => void): Bar[] {
  return lines.map((line) => {
    const picked = pick(table, line);
    const click = picked && (() => { picked(); after?.(); });
    return { key: `${line.kind ?? ''}${String(line.value)}`, label: label(table, line), value: line.visitors, more: line.visits ?? line.views ?? 0, pick: click };
  });
}

const LINES = 8;

interface Props {
  group: Group;
  result: WebResult | undefined;
  question: Question;
  stale: boolean;
}

export function TableGroup({ group, result, question, stale }: Props) {
  const [all, setAll] = useState(false);
  const asked = useParams().get(group.name);
  const shown = group.tables.find((one) => one.table === asked) ?? group.tables[0];
  if (shown === undefined) return null;
  const { table, head } = shown;
  const lines = result?.[table] ?? [];
  const more = lines[0]?.visits === undefined ? 'Views' : 'Visits';
  const columns: Column<WebLine>[] = [
    { label: head, show: (line) => label(table, line), raw: (line) => label(table, line) },
    { label: 'Visitors', numeric: true, show: (line) => line.visitors, raw: (line) => line.visitors },
    { label: more, numeric: true, show: (line) => line.visits ?? line.views, raw: (line) => line.visits ?? line.views },
  ];
  const tabs = (
    <Tabs value={table} onChange={(next) => setParams({ [group.name]: next === group.tables[0]?.table ? null : next }, { replace: true })} variant="none" className={classes.tabs}>
      <Tabs.List aria-label={group.name}>
        {group.tables.map((one) => <Tabs.Tab key={one.table} value={one.table} className={classes.tab}>{one.tab}</Tabs.Tab>)}
      </Tabs.List>
      <Tabs.Panel value={table} className={classes.panel}>
        {result === undefined ? (
          <div style={{ height: 28 + LINES * 32 }} aria-busy="true">{Array.from({ length: LINES }, (_, i) => <Skeleton key={i} height={24} mt={8} />)}</div>
        ) : (
          <div data-stale={stale || undefined}>
            <BarList head={head} figure="Visitors" more={more} lines={LINES} bars={bars(table, lines.slice(0, LINES))} />
          </div>
        )}
      </Tabs.Panel>
    </Tabs>
  );
  return (
    <Panel label={head}>
      <div className={classes.box}>
        {tabs}
        <div className={classes.tools}>
          <CsvButton name={table} text={() => tableCsv(columns, lines)} disabled={lines.length === 0} />
        </div>
      </div>
      <div className={classes.foot} style={{ visibility: lines.length > LINES ? undefined : 'hidden' }}>
        <Button variant="subtle" color="gray" size="compact-xs" onClick={() => setAll(true)}>Show more</Button>
      </div>
      <Modal opened={all} onClose={() => setAll(false)} title={head} size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
        {all && <AllLines table={table} head={head} more={more} question={question} close={() => setAll(false)} />}
      </Modal>
    </Panel>
  );
}

function AllLines({ table, head, more, question, close }: { table: WebTable; head: string; more: string; question: Question; close: () => void }) {
  const answer = useAnswer<WebResult>({ ...question, limit: 100 });
  if (!answer.data) return <Skeleton height={400} />;
  return <BarList head={head} figure="Visitors" more={more} lines={10} bars={bars(table, answer.data.result[table], close)} />;
}
