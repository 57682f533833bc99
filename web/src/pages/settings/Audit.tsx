/** Who changed what, newest first. */

import { Button } from '@mantine/core';
import { type AuditEntry, useAudit } from '../../api/admin';
import { useZone } from '../../api/viewer';
import { minute } from '../../format/time';
import { value } from '../../format/value';
import { type Column, CsvButton, DataTable, tableCsv } from '../../ui/DataTable';
import { Panel } from '../../ui/Panel';
import { Await, Empty } from '../../ui/states';
import { setParams, useParams } from '../../url/params';
import classes from './Settings.module.css';

const text = (detail: unknown) => (detail === null || detail === undefined ? '' : value(detail));

export function Audit() {
  const before = useParams().get('before');
  const audit = useAudit(before);
  const zone = useZone();
  const columns: Column<AuditEntry>[] = [
    { label: 'Time', show: (entry) => <span className="muted">{minute(entry.at, zone)}</span>, raw: (entry) => entry.at },
    { label: 'Who', show: (entry) => entry.actor, raw: (entry) => entry.actor },
    { label: 'Action', show: (entry) => entry.action, raw: (entry) => entry.action },
    { label: 'On', wide: true, show: (entry) => entry.subject, raw: (entry) => entry.subject },
    { label: 'Detail', show: (entry) => <span className={`mono muted ${classes.detail}`} title={text(entry.detail)}>{text(entry.detail)}</span>, raw: (entry) => text(entry.detail) },
  ];
  const entries = audit.data?.entries ?? [];
  const next = audit.data?.next_before ?? null;
  return (
    <>
      <Panel flush title="Audit log" actions={<CsvButton name="audit" text={() => tableCsv(columns, entries)} disabled={entries.length === 0} />}>
        <Await of={{ ...audit, isPlaceholderData: false }} height={320}>
          {({ entries: list }) => (list.length === 0 ? <Empty title="Nothing has been changed" height={200} /> : <DataTable caption="Audit log" columns={columns} rows={list} id={(entry) => String(entry.seq)} />)}
        </Await>
      </Panel>
      <div className={classes.row}>
        {before && <Button size="xs" variant="default" onClick={() => setParams({ before: null })}>Newest</Button>}
        {next !== null && <Button size="xs" variant="default" onClick={() => setParams({ before: String(next) })}>Older</Button>}
      </div>
    </>
  );
}
