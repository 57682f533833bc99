/** What the server does again and again: how it went, and when it comes next. */

import { Button } from '@mantine/core';
import { type Job, runJob, useJobs } from '../../api/admin';
import { useZone } from '../../api/viewer';
import { count, millis } from '../../format/number';
import { ago, minute } from '../../format/time';
import { type Column, CsvButton, DataTable, tableCsv } from '../../ui/DataTable';
import { PageHead } from '../../ui/PageHead';
import { Panel } from '../../ui/Panel';
import { Await, Empty } from '../../ui/states';
import { Tiles } from '../../ui/Tiles';
import { useAction } from '../../ui/useAction';
import classes from './Admin.module.css';

function Run({ job }: { job: Job }) {
  const { busy, wrong, run } = useAction(['jobs']);
  return (
    <span className={classes.run}>
      {wrong && <span role="alert" className={classes.wrong} title={wrong}>{wrong}</span>}
      <Button size="compact-xs" variant="default" aria-label={`Run now: ${job.name}`} loading={busy} disabled={job.running} onClick={() => void run(() => runJob(job.name))}>Run now</Button>
    </span>
  );
}

function result(job: Job) {
  if (job.last_error) return <span className={classes.wrong} title={job.last_error}>{job.last_error}</span>;
  if (job.running) return 'running';
  return job.last_result ?? <span className="muted">not yet run</span>;
}

const until = (iso: string, zone: string) => (Date.parse(iso) <= Date.now() ? 'now' : minute(iso, zone));

export function Jobs() {
  const jobs = useJobs(5000);
  const zone = useZone();
  const all = jobs.data ?? [];
  const columns: Column<Job>[] = [
    { label: 'Job', show: (job) => <span className={classes.job}><b>{job.name}</b><span className="muted">{job.about}</span></span>, raw: (job) => job.name },
    { label: 'Runs', show: (job) => job.timetable, raw: (job) => job.timetable },
    { label: 'Last run', show: (job) => (job.last_started_at ? <span title={minute(job.last_started_at, zone)}>{ago(job.last_started_at)}</span> : <span className="muted">never</span>), raw: (job) => job.last_started_at },
    { label: 'Took', numeric: true, show: (job) => millis(job.last_duration_ms), raw: (job) => job.last_duration_ms },
    { label: 'Result', wide: true, show: result, raw: (job) => job.last_error ?? job.last_result },
    { label: 'Next run', show: (job) => until(job.next_at, zone), raw: (job) => job.next_at },
    { label: 'Actions', numeric: true, show: (job) => <Run job={job} /> },
  ];
  const failed = all.filter((job) => job.last_error !== null).length;
  return (
    <>
      <PageHead title="Jobs" note="every 5 seconds" range={null} filters={false} />
      <Panel label="Figures">
        <Tiles tiles={[
          { label: 'Jobs', value: jobs.data && count(all.length) },
          { label: 'Running', value: jobs.data && count(all.filter((job) => job.running).length) },
          { label: 'Failed the last time', value: jobs.data && <span style={{ color: failed > 0 ? 'var(--bad)' : undefined }}>{count(failed)}</span> },
        ]} />
      </Panel>
      <Panel flush title="All jobs" actions={<CsvButton name="jobs" text={() => tableCsv(columns, all)} disabled={all.length === 0} />}>
        <Await of={{ ...jobs, error: jobs.data ? null : jobs.error, isPlaceholderData: false }} height={320}>
          {(list) => (list.length === 0 ? <Empty title="There are no jobs here" height={240} /> : <DataTable caption="Jobs" columns={columns} rows={list} id={(job) => `${job.name} ${job.tenant ?? ''}`} />)}
        </Await>
      </Panel>
    </>
  );
}
