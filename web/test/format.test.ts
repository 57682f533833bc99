import { describe, expect, it } from 'vitest';
import { readBlock } from '../src/api/live';
import { csv } from '../src/format/csv';
import { change, count, duration, millis, money, percent, short } from '../src/format/number';
import { addDays, ago, bucket, daysBetween, isoOf, localOf, moment, today } from '../src/format/time';
import { broken, country, value } from '../src/format/value';

describe('figures', () => {
  it('are grouped, and short where they must be', () => {
    expect([count(0), count(13343), count(9.149689), count(null)]).toEqual(['0', '13,343', '9.15', '–']);
    expect([short(9999), short(12_345), short(2_000_000), short(-0.5)]).toEqual(['9,999', '12.3K', '2M', '-0.5']);
  });

  it('are shares', () => {
    expect([percent(0.306988), percent(1), percent(0), percent(0.1, 0), percent(undefined)]).toEqual(['30.7%', '100%', '0%', '10%', '–']);
  });

  it('are lengths of time', () => {
    const all = [0, 0.25, 59.4, 60, 117.6, 3600, 90_000, null].map(duration);
    expect(all).toEqual(['0s', '250ms', '59s', '1m 0s', '1m 58s', '1h 0m', '1d 1h', '–']);
    expect([millis(215), millis(2534)]).toEqual(['215 ms', '2.53 s']);
  });

  it('are money', () => {
    expect([money(12.5, 'EUR'), money(1000, null), money(5, 'points')]).toEqual(['€12.50', '1,000', '5']);
  });

  it('are compared only where there is something to compare with', () => {
    expect([change(15, 10), change(0, 10), change(5, 0), change(5, undefined)]).toEqual([0.5, -1, null, null]);
  });
});

describe('times', () => {
  it('of buckets are read in the zone they are written in', () => {
    expect(bucket('2026-10-25T00:00:00+02:00', 'day')).toBe('Oct 25');
    expect(bucket('2026-10-25T02:00:00+01:00', 'hour')).toBe('Oct 25, 02:00');
    expect(bucket('2026-01-01T00:00:00-05:00', 'month')).toBe('Jan 2026');
  });

  it('of events are shown in the zone of the tenant', () => {
    expect(moment('2026-11-21T23:30:05.123Z', 'Europe/Berlin')).toBe('Nov 22, 00:30:05');
    expect(today('Pacific/Auckland', new Date('2026-11-21T12:00:00Z'))).toBe('2026-11-22');
  });

  it('are counted in days of the calendar', () => {
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
    expect(addDays('2028-03-01', -1)).toBe('2028-02-29');
    expect(daysBetween('2026-10-01', '2026-11-01')).toBe(31);
  });

  it('are told as how long ago', () => {
    const now = Date.parse('2026-11-21T12:00:00Z');
    expect(['2026-11-21T11:59:58Z', '2026-11-21T11:30:00Z', '2026-11-20T11:00:00Z'].map((iso) => ago(iso, now))).toEqual(['2s ago', '30m ago', '1d ago']);
  });
});

describe('values', () => {
  it('that are missing, empty and spelled so are three things', () => {
    expect([broken({ kind: 'none' }), broken({ value: '' }), broken({ value: 'none' }), broken({ value: null }), broken({ kind: 'other' })])
      .toEqual(['(none)', '(empty)', 'none', 'null', 'Other']);
    expect(value({ a: [1] })).toBe('{"a":[1]}');
    expect([country('DE'), country('EU27'), country('')]).toEqual(['Germany', 'EU27', '']);
  });
});

describe('a CSV', () => {
  it('quotes what must be quoted', () => {
    expect(csv(['a', 'b'], [['x,y', 'say "hi"'], [1.5, null], ['two\nlines', true]])).toBe('a,b\r\n"x,y","say ""hi"""\r\n1.5,\r\n"two\nlines",true\r\n');
  });

  it('runs nothing in a spreadsheet', () => {
    expect(csv(['a'], [['=1+1'], ['@x'], [-5]])).toBe("a\r\n'=1+1\r\n'@x\r\n-5\r\n");
  });
});

describe('a time in a zone', () => {
  it('is the same on the way there and back', () => {
    for (const zone of ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata']) {
      for (const iso of ['2026-03-29T00:30:00.000Z', '2026-07-01T12:00:00.000Z', '2026-11-01T12:15:00.000Z']) expect(isoOf(localOf(iso, zone), zone)).toBe(iso);
    }
    expect(localOf('2026-07-01T12:00:00Z', 'Europe/Berlin')).toBe('2026-07-01T14:00');
    expect(isoOf('', 'UTC')).toBe('');
  });
});

describe('a block of a stream', () => {
  it('has an id, a kind and data', () => {
    expect(readBlock('id: 0:12\nevent: missed\ndata: {"count":3}')).toEqual({ id: '0:12', event: 'missed', data: '{"count":3}' });
    expect(readBlock(': ping\nid: 0:13')).toEqual({ id: '0:13', event: 'message', data: '' });
  });
});
