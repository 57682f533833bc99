/** Who changed what of a flag, newest first. */

import { type Flag, type FlagTold, useFlagHistory } from '../../api/flags';
import { useZone } from '../../api/viewer';
import { minute } from '../../format/time';
import { type Column, CsvButton, DataTable, tableCsv } from '../../ui/DataTable';
import { Panel } from '../../ui/Panel';
import { Await, Empty } from '../../ui/states';
import classes from './Flags.module.css';

const text = (value: unknown) => (value === undefined ? 'nothing' : typeof value === 'string' && value !== '' ? value : JSON.stringify(value));

const ACTIONS: Record<string, string> = { 'flag.new': 'made', 'flag.change': 'changed', 'flag.remove': 'removed' };

function Changes({ told }: { told: FlagTold }) {
  return (
    <>
      {told.changes.map((one) => (
        <span key={one.field} className={classes.change}>
          <span className="mono muted">{one.field}</span> <del>{text(one.before)}</del> → <ins>{text(one.after)}</ins>
        </span>
      ))}
    </>
  );
}

export function History({ flag }: { flag: Flag }) {
  const history = useFlagHistory(flag.id);
  const zone = useZone();
  const columns: Column<FlagTold>[] = [
    { label: 'Time', show: (told) => <span className="muted">{minute(told.at, zone)}</span>, raw: (told) => told.at },
    { label: 'Who', show: (told) => told.actor, raw: (told) => told.actor },
    { label: 'Did', show: (told) => ACTIONS[told.action] ?? told.action, raw: (told) => told.action },
    { label: 'Changes', wide: true, show: (told) => <Changes told={told} />, raw: (told) => told.changes.map((one) => `${one.field}: ${text(one.before)} → ${text(one.after)}`).join('; ') },
  ];
  const rows = history.data ?? [];
  return (
    <Panel flush title="The last 200 changes" actions={<CsvButton name={`flag-${flag.key}`} text={() => tableCsv(columns, rows)} disabled={rows.length === 0} />}>
      <Await of={{ ...history, isPlaceholderData: false }} height={240}>
        {(list) => (list.length === 0 ? <Empty title="Nothing has been changed" height={200} /> : <DataTable caption="History" columns={columns} rows={list} id={(told) => `${told.at} ${told.changes.length}`} />)}
      </Await>
    </Panel>
  );
}
