/** A table with figures at the right, and the same as CSV. */

import { ActionIcon, Skeleton, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import { type Cell, csv, download } from '../format/csv';
import { Icon } from './icons';
import classes from './DataTable.module.css';

export interface Column<R> {
  label: string;
  numeric?: boolean;
  /** Share of the width that text may take before it is cut. */
  wide?: boolean;
  show: (row: R) => ReactNode;
  /** What the CSV has; without it the column is left out. */
  raw?: (row: R) => Cell;
}

interface Props<R> {
  columns: Column<R>[];
  rows: R[];
  id: (row: R) => string;
  caption: string;
  open?: (row: R) => void;
}

export function DataTable<R>({ columns, rows, id, caption, open }: Props<R>) {
  const side = (column: Column<R>) => [column.numeric ? 'num' : '', column.wide ? classes.wide : ''].join(' ').trim() || undefined;
  return (
    <div className={classes.scroll} tabIndex={0} role="region" aria-label={caption}>
      <table className={classes.table}>
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>{columns.map((column) => <th key={column.label} scope="col" className={side(column)}>{column.label}</th>)}</tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={id(row)} data-open={open ? true : undefined} onClick={open && (() => open(row))}>
              {columns.map((column) => <td key={column.label} className={side(column)}>{column.show(row)}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function tableCsv<R>(columns: Column<R>[], rows: R[]): string {
  const kept = columns.filter((column) => column.raw);
  return csv(kept.map((column) => column.label), rows.map((row) => kept.map((column) => column.raw?.(row))));
}

export function CsvButton({ name, text, disabled }: { name: string; text: () => string; disabled?: boolean }) {
  return (
    <Tooltip label="Download as CSV" openDelay={400}>
      <ActionIcon variant="subtle" color="gray" size="md" aria-label={`Download ${name} as CSV`} disabled={disabled}
        style={disabled ? { background: 'transparent' } : undefined} onClick={() => download(`${name}.csv`, text())}>
        <Icon name="download" size={14} />
      </ActionIcon>
    </Tooltip>
  );
}

export function RowsSkeleton({ rows = 10 }: { rows?: number }) {
  return (
    <div style={{ padding: '8px 16px' }} aria-busy="true" aria-label="Loading">
      {Array.from({ length: rows }, (_, i) => <Skeleton key={i} height={16} my={10} />)}
    </div>
  );
}
