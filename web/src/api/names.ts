/** Names and values that are known, for suggesting them as people type. */

import { useQuery } from '@tanstack/react-query';
import { filter, subjectRef } from '../question/filter';
import { FIELDS } from '../question/filter';
import { type Subject, writeSubject } from '../url/filters';
import type { Answer, PersonsResult, TaxonomyResult, TrendSeries } from './answer';
import { ask, useAnswer } from './ask';

const LONG = 5 * 60_000;

export function useTaxonomy(event?: string | null) {
  return useAnswer<TaxonomyResult>(event ? { kind: 'taxonomy', event, limit: 500 } : { kind: 'taxonomy', limit: 500 });
}

export function useEventNames(): string[] {
  return useTaxonomy().data?.result.events.map((event) => event.name) ?? [];
}

/** Properties that persons have. */
export function usePersonKeys(): string[] {
  const found = useQuery({
    queryKey: ['person-keys'],
    queryFn: ({ signal }) => ask<PersonsResult>({ kind: 'persons', range: { last: '30d' }, limit: 500 }, signal),
    staleTime: LONG,
  });
  const keys = new Set<string>();
  for (const person of found.data?.result.persons ?? []) for (const key of Object.keys(person.properties)) keys.add(key);
  return [...keys].sort();
}

/** Everything a filter or a breakdown can be about, as `writeSubject` spells it. */
export function useSubjects(): { group: string; items: string[] }[] {
  const properties = useTaxonomy().data?.result.properties.map((property) => property.name) ?? [];
  const person = usePersonKeys();
  return [
    { group: 'Event', items: FIELDS },
    { group: 'Properties', items: properties.filter((name) => !name.startsWith('$')).map((name) => `property:${name}`) },
    { group: 'Person', items: person.map((name) => `person:${name}`) },
  ].filter((group) => group.items.length > 0);
}

/** The most frequent values of a subject. */
export function useValues(subject: Subject, active: boolean): string[] {
  const found = useQuery({
    queryKey: ['values', writeSubject(subject)],
    queryFn: async ({ signal }) => {
      const series = [{ filter: filter([{ subject, op: 'is_set', values: [] }]) }];
      const question = { kind: 'trend', range: { last: '30d' }, interval: 'month', series, breakdown: [subjectRef(subject)], breakdown_limit: 50 };
      const answer: Answer<{ series: TrendSeries[] }> = await ask(question, signal);
      return answer.result.series.flatMap((line) => (line.breakdown ?? []).map((one) => (one.kind ? '' : String(one.value ?? ''))));
    },
    enabled: active && subject.name !== '',
    staleTime: LONG,
    retry: false,
  });
  return [...new Set(found.data ?? [])].filter((text) => text !== '');
}
