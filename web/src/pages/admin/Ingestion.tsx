/** The books: what came in, and what became of it. */

import { type Books, useBooks } from '../../api/admin';
import { count } from '../../format/number';
import { type Column, CsvButton, DataTable, tableCsv } from '../../ui/DataTable';
import { PageHead } from '../../ui/PageHead';
import { Panel } from '../../ui/Panel';
import { Failure } from '../../ui/states';
import { Tiles } from '../../ui/Tiles';
import { Link } from '../../url/router';

const LINES: { key: keyof Omit<Books, 'rates'>; label: string; note: string }[] = [
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
  const books = found.data;
  const off = books && books.received - books.stored - books.duplicate - books.rejected - books.pending;
  const lines: Line[] = books ? LINES.map((line) => ({ ...line, value: books[line.key] ?? 0 })) : [];
  const rates = Object.entries(books?.rates ?? {}).filter(([, rate]) => typeof rate === 'number');
  const columns: Column<Line>[] = [
    { label: 'Outcome', show: (line) => (line.key === 'rejected' ? <Link to="/rejected">{line.label}</Link> : line.label), raw: (line) => line.key },
    { label: 'Meaning', wide: true, show: (line) => <span className="muted">{line.note}</span> },
    { label: 'Events', numeric: true, show: (line) => count(line.value), raw: (line) => line.value },
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
              <span style={{ color: off === 0 ? 'var(--good)' : 'var(--bad)', fontWeight: 500 }}>{off === 0 ? 'The books balance' : `The books are off by ${count(off)}`}</span>
              <span className="muted">: received = stored + duplicate + rejected + pending</span>
            </Panel>
          )}
          {rates.length > 0 && (
            <Panel title="A second"><Tiles tiles={rates.map(([name, rate]) => ({ label: name.replaceAll('_', ' '), value: count(rate) }))} /></Panel>
          )}
          <Panel flush title="What became of them" actions={<CsvButton name="books" text={() => tableCsv(columns, lines)} disabled={lines.length === 0} />}>
            <DataTable caption="Books" columns={columns} rows={lines} id={(line) => line.key} />
          </Panel>
        </>
      )}
    </>
  );
}
