import { describe, expect, it } from 'vitest';
import { condition, filter, isWhole } from '../src/question/filter';
import { type Insight, bounds, missing, newPart, readInsight, readPart, toInsightQuestion, writeInsight, writePart } from '../src/question/insight';
import { lineCondition, webChart, webQuestion } from '../src/question/web';
import { patched } from '../src/url/params';
import type { Condition } from '../src/url/filters';

const field = (name: string, op: Condition['op'], ...values: string[]): Condition => ({ subject: { of: 'field', name }, op, values });
const property = (name: string, op: Condition['op'], ...values: string[]): Condition => ({ subject: { of: 'property', name }, op, values });

describe('a condition', () => {
  it('asks for a field as text', () => {
    expect(condition(field('app_version', 'is', '3'))).toEqual({ field: 'app_version', op: 'is', value: '3' });
  });

  it('asks for a property in every way it can be meant', () => {
    expect(condition(property('n', 'is', '3'))).toEqual({ property: 'n', op: 'in', value: ['3', 3] });
    expect(condition(property('on', 'is_not', 'true'))).toEqual({ property: 'on', op: 'not_in', value: ['true', true] });
    expect(condition(property('plan', 'in', 'pro', 'team'))).toEqual({ property: 'plan', op: 'in', value: ['pro', 'team'] });
  });

  it('gives numeric operators numbers', () => {
    expect(condition(property('price', 'gte', '9.5'))).toEqual({ property: 'price', op: 'gte', value: 9.5 });
    expect(condition(property('price', 'between', '1', '2'))).toEqual({ property: 'price', op: 'between', value: [1, 2] });
  });

  it('has no value where there is none to have', () => {
    expect(condition(field('region', 'is_not_set'))).toEqual({ field: 'region', op: 'is_not_set' });
  });

  it('takes visits without a source for direct ones', () => {
    expect(condition(field('referrer_source', 'is', 'direct'))).toEqual({
      any: [{ field: 'referrer_source', op: 'is', value: 'direct' }, { field: 'referrer_source', op: 'is_not_set' }],
    });
  });

  it('is left out until it is whole', () => {
    expect(isWhole(property('price', 'between', '1', ''))).toBe(false);
    expect(filter([field('os', 'is', '')])).toBeUndefined();
    expect(filter([field('os', 'is', 'iOS'), field('os', 'contains')])).toEqual({ all: [{ field: 'os', op: 'is', value: 'iOS' }] });
  });
});

describe('the overview', () => {
  it('asks one question for figures and tables', () => {
    expect(webQuestion({ last: '7d' }, [field('country', 'is', 'DE')], true)).toEqual({
      kind: 'web', range: { last: '7d' }, limit: 10, compare: 'previous', filter: { all: [{ field: 'country', op: 'is', value: 'DE' }] },
    });
  });

  it('draws visits by trends over views, and bounces by sessions', () => {
    const views = { field: 'event_type', op: 'in', value: ['pv'] };
    expect(webChart('visits', { last: '7d' }, 'day', [], true, ['pv'])).toEqual({
      kind: 'trend', range: { last: '7d' }, interval: 'day', compare: 'previous', series: [{ measure: 'sessions', filter: { all: [views] } }],
    });
    expect(webChart('bounce_rate', { last: '7d' }, 'day', [], true, ['pv'])).toEqual({ kind: 'sessions', range: { last: '7d' }, interval: 'day', filter: { all: [views] } });
  });

  it('turns a line into a condition', () => {
    expect(lineCondition('countries', { value: 'DE' })).toEqual(field('country', 'is', 'DE'));
    expect(lineCondition('utm_source', { kind: 'none' })).toEqual(field('utm_source', 'is_not_set'));
    expect(lineCondition('pages', { kind: 'other' })).toBeNull();
  });
});

const around = { range: { last: '30d' }, interval: 'day' as const, filters: [field('os', 'is', 'iOS')], compare: true };
const read = (text: string) => readInsight(new URLSearchParams(text));
const only = { filter: { all: [{ field: 'os', op: 'is', value: 'iOS' }] } };

describe('an insight', () => {
  it('goes to the address and back', () => {
    const insight: Insight = {
      kind: 'trend', parts: [{ event: 'a|b%7C', measure: 'p95', of: 'property:x|y', filters: [property('p', 'in', '1|2', '3~4')] }, newPart(), newPart('c')],
      breakdown: 'person:plan', formula: 'A/B*100', cumulative: true, bars: true, window: 48, order: 'strict', period: 'week', periods: 12, first: true,
      by: 'page_path', start: '/a b', depth: 7,
    };
    expect(read(patched('', writeInsight(insight)))).toEqual(insight);
  });

  it('has short addresses where nothing is special', () => {
    expect(writePart(newPart('purchase'))).toBe('purchase');
    expect(patched('', writeInsight(read('s=purchase')))).toBe('?s=purchase');
    expect(readPart('x|nonsense')).toEqual(newPart('x'));
  });

  it('has as many parts as its kind wants', () => {
    for (const kind of ['trend', 'funnel', 'retention', 'paths', 'stickiness', 'lifecycle'] as const) {
      const { parts } = read(`kind=${kind}&${'s=a&'.repeat(30)}`);
      expect(parts).toHaveLength(bounds(kind)[1]);
      expect(read(`kind=${kind}`).parts).toHaveLength(bounds(kind)[0]);
    }
  });

  it('asks for a trend', () => {
    expect(toInsightQuestion(read('s=a&s=b%7Csum%7Cproperty:amount'), around)).toEqual({
      kind: 'trend', range: { last: '30d' }, interval: 'day', compare: 'previous',
      series: [{ name: 'A', event: 'a', ...only, measure: 'total' }, { name: 'B', event: 'b', ...only, measure: 'sum', property: 'amount' }],
    });
  });

  it('compares nothing that is broken down', () => {
    const question = toInsightQuestion(read('s=a&breakdown=country'), around);
    expect(question.compare).toBeUndefined();
    expect(question.breakdown).toEqual([{ field: 'country' }]);
  });

  it('asks for a funnel, in seconds', () => {
    expect(toInsightQuestion(read('kind=funnel&s=a&s=b&window=24&order=strict'), around)).toEqual({
      kind: 'funnel', range: { last: '30d' }, steps: [{ event: 'a', ...only }, { event: 'b', ...only }], window_seconds: 86_400, order: 'strict',
    });
  });

  it('asks for a retention', () => {
    expect(toInsightQuestion(read('kind=retention&s=signup&s=&period=week&periods=4&first=yes'), { ...around, filters: [] })).toEqual({
      kind: 'retention', range: { last: '30d' }, period: 'week', periods: 4, type: 'first_time', start: { event: 'signup' }, return: {},
    });
  });

  it('asks for paths', () => {
    expect(toInsightQuestion(read('kind=paths&by=page_path&start=/'), { ...around, filters: [] })).toEqual({
      kind: 'paths', range: { last: '30d' }, by: { field: 'page_path' }, depth: 5, edges: 40, start: '/',
    });
  });

  it('says what is missing', () => {
    expect(missing(read('s=a%7Cavg'))).toMatch(/property/);
    expect(missing(read('s=a%7Cavg%7Cproperty:x'))).toBeNull();
  });
});
