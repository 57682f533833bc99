/** What persons may ask for: to be forgotten, and not to be measured. */

import { UnstyledButton } from '@mantine/core';
import { type Receipt, useErasures } from '../../api/privacy';
import { useZone } from '../../api/viewer';
import { count } from '../../format/number';
import { minute } from '../../format/time';
import { type Column, CsvButton, DataTable, tableCsv } from '../../ui/DataTable';
import { PageHead } from '../../ui/PageHead';
import { Grid, Panel } from '../../ui/Panel';
import { Await, Empty } from '../../ui/states';
import { setParams, useParams } from '../../url/params';
import settings from '../settings/Settings.module.css';
import { ConsentForm } from './ConsentForm';
import { EraseForm } from './EraseForm';
import { ReceiptDrawer, STATES } from './ReceiptDrawer';

const events = (receipt: Receipt) => receipt.holders.parts?.events ?? 0;

export function Privacy() {
  const erasures = useErasures();
  const zone = useZone();
  const asked = useParams().get('receipt');
  const open = (receipt: Receipt) => setParams({ receipt: String(receipt.id) });
  const rows = erasures.data ?? [];
  const columns: Column<Receipt>[] = [
    { label: 'Receipt', show: (one) => <UnstyledButton className={settings.plain} onClick={(event) => { event.stopPropagation(); open(one); }}>No. {one.id}</UnstyledButton>, raw: (one) => one.id },
    { label: 'Asked for', show: (one) => minute(one.requested_at, zone), raw: (one) => one.requested_at },
    { label: 'Did', show: (one) => (one.mode === 'delete' ? 'deleted' : 'anonymised'), raw: (one) => one.mode },
    { label: 'State', show: (one) => STATES[one.state], raw: (one) => one.state },
    { label: 'Finished', show: (one) => (one.finished_at ? minute(one.finished_at, zone) : <span className="muted">–</span>), raw: (one) => one.finished_at },
    { label: 'Ids', numeric: true, show: (one) => count(one.ids), raw: (one) => one.ids },
    { label: 'Events', numeric: true, show: (one) => count(events(one)), raw: events },
  ];
  return (
    <>
      <PageHead title="Privacy" range={null} filters={false} />
      <Grid>
        <EraseForm />
        <ConsentForm />
      </Grid>
      <Panel flush title="Receipts" actions={<CsvButton name="erasures" text={() => tableCsv(columns, rows)} disabled={rows.length === 0} />}>
        <Await of={{ ...erasures, isPlaceholderData: false }} height={200}>
          {(list) => (list.length === 0 ? <Empty title="Nobody has been erased" height={160}>A receipt counts what was found where, and says nothing about the person.</Empty>
            : <DataTable caption="Receipts" columns={columns} rows={list} id={(one) => String(one.id)} open={open} />)}
        </Await>
      </Panel>
      <ReceiptDrawer receipt={rows.find((one) => String(one.id) === asked) ?? null} close={() => setParams({ receipt: null })} />
    </>
  );
}
