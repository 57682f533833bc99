/** Events that were refused: why, and with what in them. */

import { Button, Drawer, TextInput } from '@mantine/core';
import { useState } from 'react';
import { type Rejected as Entry, type Replayed, replay, useRejected } from '../../api/admin';
import { useZone } from '../../api/viewer';
import { minute } from '../../format/time';
import { Code } from '../../ui/Code';
import { type Column, CsvButton, DataTable, tableCsv } from '../../ui/DataTable';
import { Facts } from '../../ui/Facts';
import { PageHead } from '../../ui/PageHead';
import { Panel } from '../../ui/Panel';
import { Await, Empty } from '../../ui/states';
import { useAction } from '../../ui/useAction';
import { setParams, useParams } from '../../url/params';
import classes from '../settings/Settings.module.css';

function pretty(payload: unknown): string {
  if (typeof payload !== 'string') return JSON.stringify(payload, null, 2);
  try {
    return JSON.stringify(JSON.parse(payload), null, 2);
  } catch {
    return payload;
  }
}

function Detail({ entry }: { entry: Entry }) {
  const zone = useZone();
  const { busy, wrong, run } = useAction(['rejected', 'books']);
  const [outcome, setOutcome] = useState<Replayed | null>(null);
  const facts: [string, string][] = [['When', minute(entry.at, zone)], ['Dialect', entry.dialect], ['Reason', entry.code], ['Message', entry.message]];
  if (entry.field) facts.push(['Field', entry.field]);
  if (entry.replayed_at) facts.push(['Replayed', minute(entry.replayed_at, zone)]);
  const told = outcome && (outcome.stored > 0 ? 'stored' : outcome.duplicate > 0 ? 'a duplicate' : 'refused again');
  return (
    <>
      <Facts title="Refusal" facts={facts} />
      <h3 style={{ fontSize: 13, margin: '20px 0 8px' }}>What was sent{entry.is_cut ? ', cut' : ''}</h3>
      <Code text={pretty(entry.payload)} label="What was sent" />
      {wrong && <p role="alert" className={classes.wrong}>{wrong}</p>}
      <div className={classes.row} style={{ marginTop: 16 }}>
        <Button size="xs" loading={busy} disabled={told === 'stored'} onClick={() => void run(async () => setOutcome(await replay([entry.id])))}>Send it again</Button>
        <span role="status" className="muted">{told && `It was ${told}`}</span>
      </div>
    </>
  );
}

export function Rejected() {
  const params = useParams();
  const [reason, before] = [params.get('code'), params.get('before')];
  const found = useRejected(reason, before);
  const zone = useZone();
  const [open, setOpen] = useState<Entry | null>(null);
  const { busy, wrong, run } = useAction(['rejected', 'books']);
  const entries = found.data?.entries ?? [];
  const next = found.data?.next_before ?? null;
  const columns: Column<Entry>[] = [
    { label: 'Time', show: (entry) => <span className="muted">{minute(entry.at, zone)}</span>, raw: (entry) => entry.at },
    { label: 'Reason', show: (entry) => <button type="button" className={classes.plain} onClick={(e) => { e.stopPropagation(); setOpen(entry); }}>{entry.code}</button>, raw: (entry) => entry.code },
    { label: 'Message', wide: true, show: (entry) => entry.message, raw: (entry) => entry.message },
    { label: 'Field', show: (entry) => entry.field ?? '', raw: (entry) => entry.field },
    { label: 'Dialect', show: (entry) => entry.dialect, raw: (entry) => entry.dialect },
    { label: 'Replayed', show: (entry) => (entry.replayed_at ? minute(entry.replayed_at, zone) : ''), raw: (entry) => entry.replayed_at },
  ];
  const waiting = entries.filter((entry) => !entry.replayed_at).map((entry) => entry.id);
  return (
    <>
      <PageHead title="Rejected events" range={null} filters={false}>
        <TextInput size="xs" w={200} aria-label="Reason" placeholder="Reason, e.g. invalid_value" key={reason} defaultValue={reason ?? ''}
          onKeyDown={(e) => { if (e.key === 'Enter') setParams({ code: e.currentTarget.value.trim() || null, before: null }); }} onBlur={(e) => { if (e.currentTarget.value.trim() !== (reason ?? '')) setParams({ code: e.currentTarget.value.trim() || null, before: null }); }} />
        <Button size="xs" variant="default" loading={busy} disabled={waiting.length === 0} onClick={() => void run(() => replay(waiting))}>Send all of these again</Button>
      </PageHead>
      {wrong && <p role="alert" className={classes.wrong}>{wrong}</p>}
      <Panel flush title="Newest first" actions={<CsvButton name="rejected" text={() => tableCsv(columns, entries)} disabled={entries.length === 0} />}>
        <Await of={{ ...found, isPlaceholderData: false }} height={400}>
          {({ entries: list }) => (list.length === 0 ? <Empty title={reason ? `Nothing was refused as ${reason}` : 'Nothing was refused'} height={240} /> : <DataTable caption="Rejected events" columns={columns} rows={list} id={(entry) => String(entry.id)} open={setOpen} />)}
        </Await>
      </Panel>
      <div className={classes.row}>
        {before && <Button size="xs" variant="default" onClick={() => setParams({ before: null })}>Newest</Button>}
        {next !== null && <Button size="xs" variant="default" onClick={() => setParams({ before: String(next) })}>Older</Button>}
      </div>
      <Drawer opened={open !== null} onClose={() => setOpen(null)} position="right" size={480} title="Rejected event" closeButtonProps={{ 'aria-label': 'Close' }}>{open && <Detail key={open.id} entry={open} />}</Drawer>
    </>
  );
}
