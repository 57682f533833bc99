import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

const dist = resolve(import.meta.dirname, '../dist');

interface Chunk {
  file: string;
  isEntry?: boolean;
  src?: string;
  imports?: string[];
  dynamicImports?: string[];
  css?: string[];
}

const built = existsSync(resolve(dist, '.vite/manifest.json'));

/** The files a chunk needs before it can run. */
function needed(manifest: Record<string, Chunk>, name: string, seen = new Set<string>()): Set<string> {
  const chunk = manifest[name];
  if (chunk === undefined || seen.has(chunk.file)) return seen;
  seen.add(chunk.file);
  for (const style of chunk.css ?? []) seen.add(style);
  for (const other of chunk.imports ?? []) needed(manifest, other, seen);
  return seen;
}

const packed = (files: Iterable<string>) => [...files].reduce((sum, file) => sum + gzipSync(readFileSync(resolve(dist, file)), { level: 9 }).length, 0);

describe.skipIf(!built)('what is built', () => {
  const manifest = built ? (JSON.parse(readFileSync(resolve(dist, '.vite/manifest.json'), 'utf8')) as Record<string, Chunk>) : {};
  const entry = Object.keys(manifest).find((name) => manifest[name]?.isEntry) ?? '';
  const first = needed(manifest, entry);

  it('loads at most 300 KB first', () => {
    const bytes = packed([...first, 'index.html', 'scheme.js', 'icon.svg']);
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThanOrEqual(300 * 1024);
  });

  it('loads the charts later', () => {
    const charts = Object.values(manifest).find((chunk) => chunk.src?.endsWith('ui/Canvas.tsx'));
    expect(charts).toBeDefined();
    expect(first.has(charts?.file ?? '')).toBe(false);
    expect(readFileSync(resolve(dist, charts?.file ?? ''), 'utf8')).toContain('sankey');
  });

  it('has no script in the page itself, as its policy allows none', () => {
    const page = readFileSync(resolve(dist, 'index.html'), 'utf8');
    for (const [, attributes = '', body = ''] of page.matchAll(/<script([^>]*)>([^<]*)/g)) {
      expect(attributes).toContain('src="/app/');
      expect(body.trim()).toBe('');
    }
    expect(page).not.toMatch(/ on\w+=/);
  });

  it('asks no other origin for anything', () => {
    const page = readFileSync(resolve(dist, 'index.html'), 'utf8');
    expect(page).not.toMatch(/(src|href)="https?:/);
  });
});
