/** Tables as CSV, as RFC 4180 and spreadsheets want it. */

export type Cell = string | number | boolean | null | undefined;

function cell(of: Cell): string {
  if (of === null || of === undefined) return '';
  let text = String(of);
  // A text that a spreadsheet would run as a formula is made harmless.
  if (typeof of === 'string' && /^[=+\-@\t\r]/.test(text)) text = `'${text}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function csv(head: string[], rows: Cell[][]): string {
  return [head, ...rows].map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n';
}

export function download(name: string, text: string): void {
  save(name, `\ufeff${text}`, 'text/csv;charset=utf-8');
}

export function save(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
