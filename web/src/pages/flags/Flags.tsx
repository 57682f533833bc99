/** All flags: for how many each is, and whether it is on. */

import { Button, SegmentedControl, Switch, TextInput } from '@mantine/core';
import { type Flag, FLAGS, changeFlag, useFlags } from '../../api/flags';
import { isAdmin, useViewer, useZone } from '../../api/viewer';
import { count } from '../../format/number';
import { minute } from '../../format/time';
import { type Column, CsvButton, DataTable, RowsSkeleton, tableCsv } from '../../ui/DataTable';
import { PageHead } from '../../ui/PageHead';
import { Panel } from '../../ui/Panel';
import { Empty, Failure } from '../../ui/states';
import { useAction } from '../../ui/useAction';
import { setParams, useParams } from '../../url/params';
import { Link, navigate } from '../../url/router';
import classes from './Flags.module.css';

const path = (flag: Flag) => `/flags/${flag.id}`;

/** For whom a flag is, in a few words. */
export function reach(flag: Flag): string {
  const { groups, multivariate } = flag.filters;
  const first = groups[0];
  const variants = multivariate?.variants.length ?? 0;
  const many = variants > 0 ? `, ${variants} variants` : '';
  if (first === undefined) return 'nobody';
  if (groups.length > 1) return `${groups.length} conditions${many}`;
  const share = `${first.rollout_percentage ?? 100}%`;
  return (first.properties.length > 0 ? `${share} of those who match` : `${share} of everybody`) + many;
}

const SHOW = [{ value: 'active', label: 'In use' }, { value: 'on', label: 'On' }, { value: 'off', label: 'Off' }, { value: 'archived', label: 'Archived' }];

function isShown(flag: Flag, show: string, text: string): boolean {
  const asked = `${flag.key} ${flag.name} ${flag.description}`.toLowerCase().includes(text.toLowerCase());
  if (!asked || flag.archived !== (show === 'archived')) return false;
  return show === 'on' ? flag.active : show === 'off' ? !flag.active : true;
}

function Toggle({ flag, locked }: { flag: Flag; locked: boolean }) {
  const { busy, wrong, run } = useAction([FLAGS]);
  return (
    <span onClick={(event) => event.stopPropagation()}>
      <Switch size="xs" aria-label={`${flag.key} is on`} checked={flag.active} disabled={locked || busy || flag.archived} error={wrong}
        onChange={(event) => { const active = event.currentTarget.checked; void run(() => changeFlag(flag.id, { active, version: flag.version })); }} />
    </span>
  );
}

export function Flags() {
  const flags = useFlags();
  const params = useParams();
  const zone = useZone();
  const locked = !isAdmin(useViewer());
  const text = params.get('q') ?? '';
  const show = SHOW.find((one) => one.value === params.get('show'))?.value ?? 'active';
  const all = flags.data ?? [];
  const rows = all.filter((flag) => isShown(flag, show, text)).sort((a, b) => b.id - a.id);
  const columns: Column<Flag>[] = [
    {
      label: 'Flag', wide: true,
      show: (flag) => (
        <span className={classes.name}>
          <Link to={path(flag)} className={classes.key} onClick={(event) => event.stopPropagation()}>{flag.key}</Link>
          {flag.name && flag.name !== flag.key && <span className="muted cut">{flag.name}</span>}
        </span>
      ),
      raw: (flag) => flag.key,
    },
    { label: 'For', show: reach, raw: reach },
    { label: 'On', show: (flag) => <Toggle flag={flag} locked={locked} />, raw: (flag) => flag.active },
    { label: 'Next turn', show: (flag) => (flag.schedule[0] ? `${flag.schedule[0].active ? 'on' : 'off'} ${minute(flag.schedule[0].at, zone)}` : <span className="muted">–</span>), raw: (flag) => flag.schedule[0]?.at },
    { label: 'Changed', show: (flag) => <span className="muted">{minute(flag.updated_at, zone)}</span>, raw: (flag) => flag.updated_at },
  ];
  const fresh = <Button size="xs" onClick={() => navigate('/flags/new')}>New flag</Button>;
  return (
    <>
      <PageHead title="Feature flags" note={flags.data && `${count(all.filter((flag) => !flag.archived).length)} in use`} range={null} filters={false}>
        <TextInput size="xs" w={200} type="search" aria-label="Search flags" placeholder="Search" value={text} onChange={(event) => setParams({ q: event.currentTarget.value || null }, { replace: true })} />
        <SegmentedControl size="xs" aria-label="Which flags" data={SHOW} value={show} onChange={(next) => setParams({ show: next === 'active' ? null : next }, { replace: true })} />
        {!locked && fresh}
      </PageHead>
      <Panel flush title="Newest first" actions={<CsvButton name="flags" text={() => tableCsv(columns, rows)} disabled={rows.length === 0} />}>
        {flags.error ? <Failure error={flags.error} again={() => void flags.refetch()} height={320} />
          : flags.data === undefined ? <RowsSkeleton rows={8} />
            : all.length === 0 ? <Empty title="No flags yet" height={320}><p>A flag switches something on for some people: 5% of everybody, or those on one plan.</p>{!locked && <div style={{ marginTop: 12 }}>{fresh}</div>}</Empty>
              : rows.length === 0 ? <Empty title="No such flag" height={320}>Search for something else, or look at the other states.</Empty>
                : <DataTable caption="Feature flags" columns={columns} rows={rows} id={(flag) => String(flag.id)} open={(flag) => navigate(path(flag))} />}
      </Panel>
    </>
  );
}
