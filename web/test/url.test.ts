import { describe, expect, it } from 'vitest';
import { readCondition, readFilters, readSubject, withCondition, writeCondition, type Condition } from '../src/url/filters';
import { carried, patched } from '../src/url/params';
import { intervalFor, lengthInDays, rangeLabel, readRange, toQuestion, writeRange } from '../src/url/range';

const from = (text: string) => new URLSearchParams(text);

describe('the range', () => {
  it('is read from the address, and a wrong one is the page\'s own', () => {
    expect(readRange(from('range=7d'))).toEqual({ last: '7d' });
    expect(readRange(from('from=2026-10-01&to=2026-10-31'))).toEqual({ from: '2026-10-01', to: '2026-10-31' });
    for (const wrong of ['', 'range=x', 'range=0d', 'from=2026-10-02&to=2026-10-01', 'from=2026-02-30&to=2026-03-01', 'from=2026-10-01']) {
      expect(readRange(from(wrong), '24h'), wrong).toEqual({ last: '24h' });
    }
  });

  it('ends with its last day, where a question ends before it', () => {
    expect(toQuestion({ from: '2026-10-31', to: '2026-10-31' })).toEqual({ from: '2026-10-31', to: '2026-11-01' });
    expect(toQuestion({ from: '2028-02-01', to: '2028-02-28' })).toEqual({ from: '2028-02-01', to: '2028-02-29' });
    expect(toQuestion({ last: '30d' })).toEqual({ last: '30d' });
  });

  it('goes to the address and back', () => {
    for (const range of [{ last: '12m' }, { from: '2026-01-01', to: '2026-03-09' }]) {
      expect(readRange(from(patched('?range=7d&x=1', writeRange(range))))).toEqual(range);
    }
  });

  it('chooses its bucket', () => {
    const chosen = ['24h', '1d', '7d', '90d', '12m', '36m'].map((last) => intervalFor({ last }));
    expect(chosen).toEqual(['hour', 'hour', 'day', 'day', 'week', 'month']);
    expect(lengthInDays({ from: '2026-03-28', to: '2026-03-30' })).toBe(3);
  });

  it('has a name', () => {
    expect(rangeLabel({ last: '7d' })).toBe('Last 7 days');
    expect(rangeLabel({ last: '8w' })).toBe('Last 8 weeks');
    expect(rangeLabel({ from: '2026-10-01', to: '2026-10-31' })).toBe('Oct 1 – Oct 31, 2026');
    expect(rangeLabel({ from: '2025-12-31', to: '2026-01-01' })).toBe('Dec 31, 2025 – Jan 1, 2026');
  });
});

describe('filters', () => {
  const all: Condition[] = [
    { subject: { of: 'field', name: 'country' }, op: 'is', values: ['DE'] },
    { subject: { of: 'property', name: 'a.b~c%7E' }, op: 'in', values: ['x~y', '100%', ''] },
    { subject: { of: 'person', name: 'plan' }, op: 'is_not_set', values: [] },
    { subject: { of: 'property', name: 'price' }, op: 'between', values: ['1', '2.5'] },
  ];

  it('go to the address and back, whatever is in them', () => {
    const text = patched('', { f: all.map(writeCondition) });
    expect(readFilters(from(text))).toEqual(all);
  });

  it('that cannot be read are left out', () => {
    expect(readCondition('country')).toBeNull();
    expect(readCondition('~is~x')).toBeNull();
    expect(readCondition('country~DROP TABLE~x')).toBeNull();
  });

  it('replace the one about the same', () => {
    const [country, ...rest] = all as [Condition, ...Condition[]];
    const none: Condition = { ...country, op: 'is_not_set', values: [] };
    expect(withCondition(all, none)).toEqual([...rest, none]);
    expect(withCondition([], country)).toEqual([country]);
  });

  it('name properties of events and of persons', () => {
    expect(readSubject('person:plan')).toEqual({ of: 'person', name: 'plan' });
    expect(readSubject('property:person:x')).toEqual({ of: 'property', name: 'person:x' });
    expect(readSubject('os')).toEqual({ of: 'field', name: 'os' });
  });
});

describe('the query string', () => {
  it('is changed by name', () => {
    expect(patched('?a=1&b=2', { a: null, c: ['x', 'y'] })).toBe('?b=2&c=x&c=y');
    expect(patched('?a=1', { a: null })).toBe('');
  });

  it('gives other pages its time and its filters', () => {
    expect(carried('?range=7d&kind=funnel&f=a~is~b&f=c~is~d&s=x')).toBe('?range=7d&f=a%7Eis%7Eb&f=c%7Eis%7Ed');
  });
});
