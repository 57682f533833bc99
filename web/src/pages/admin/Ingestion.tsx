/** The books: what came in, and what became of it. */

import { type Outcome, useBooks } from '../../api/admin';
import { useCapabilities } from '../../api/capabilities';
import { bytes, count } from '../../format/number';
import { type Column, CsvButton, DataTable, tableCsv } from '../../ui/DataTable';
import { PageHead } from '../../ui/PageHead';
import { Panel } from '../../ui/Panel';
import { Failure } from '../../ui/states';
import { Tiles } from '../../ui/Tiles';
import { Link } from '../../url/router';

const LINES: { key: Outcome; label: string; note: string }[] = [
  { key: 'received', label: 'Received', note: 'taken from a request' },
  { key: 'stored', label: 'Stored', note: 'can be asked about' },
  { key: 'duplicate', label: 'Duplicate', note: 'already there' },
  { key: 'rejected', label: 'Rejected', note: 'refused for a reason' },
  { key: 'pending', label: 'Pending', note: 'safe, on their way to the store' },
  { key: 'removed', label: 'Removed', note: 'by retention or erasure' },
];

interface Line {
  key: string;
  label: string;
  value: number;
  note: string;
}

export function Ingestion() {
  const found = useBooks(5000);
  const can = useCapabilities();
  const books = found.data;
  const off = books && books.received - books.stored - books.duplicate - books.rejected - books.pending;
  const lines: Line[] = books ? LINES.map((line) => ({ ...line, value: books[line.key] ?? 0 })) : [];
  const columns: Column<Line>[] = [
    { label: 'Outcome', show: (line) => (line.key === 'rejected' && can.admin ? <Link to="/rejected">{line.label}</Link> : line.label), raw: (line) => line.key },
    { label: 'Events', numeric: true, show: (line) => count(line.value), raw: (line) => line.value },
    { label: 'Meaning', wide: true, show: (line) => <span className="muted">{line.note}</span> },
  ];
  return (
    <>
      <PageHead title="Ingestion" note="every 5 seconds" range={null} filters={false} />
      {found.error && !books ? <Panel><Failure error={found.error} again={() => void found.refetch()} height={320} /></Panel> : (
        <>
          <Panel label="Figures">
            <Tiles tiles={LINES.map(({ key, label }) => ({ label, value: books && count(books[key]) }))} />
          </Panel>
          {books && (
            <Panel label="Balance">
              <span style={{ color: books.balanced ? 'var(--good)' : 'var(--bad)', fontWeight: 500 }}>{books.balanced ? 'The books balance' : `The books are off by ${count(off)}`}</span>
              <span className="muted">: received = stored + duplicate + rejected + pending</span>
            </Panel>
          )}
          <Panel title="On the way to the store">
            <Tiles tiles={[
              { label: 'Events behind', value: books && count(books.pipeline.lag_records) },
              { label: 'Waiting', value: books && bytes(books.pipeline.queued_bytes) },
              { label: 'Journal', value: books && bytes(books.pipeline.journal_bytes) },
              { label: 'State', value: books && (books.pipeline.is_stuck ? <span style={{ color: 'var(--bad)' }}>stuck</span> : 'running') },
              { label: 'Refused events kept', value: books && count(books.rejected_log.entries) },
            ]} />
          </Panel>
          <Panel flush title="What became of them" actions={<CsvButton name="books" text={() => tableCsv(columns, lines)} disabled={lines.length === 0} />}>
            <DataTable caption="Books" columns={columns} rows={lines} id={(line) => line.key} />
          </Panel>
        </>
      )}
    </>
  );
}
