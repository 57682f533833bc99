/** The filters of a page: flat conditions, all of which must hold. */

import { useMemo } from 'react';
import type { Op } from '../api/question';
import { setParams, useParams } from './params';

export interface Subject {
  of: 'field' | 'property' | 'person';
  name: string;
}

export interface Condition {
  subject: Subject;
  op: Op;
  values: string[];
}

export function writeSubject(subject: Subject): string {
  return subject.of === 'field' ? subject.name : `${subject.of}:${subject.name}`;
}

export function readSubject(text: string): Subject {
  for (const of of ['property', 'person'] as const) {
    if (text.startsWith(`${of}:`)) return { of, name: text.slice(of.length + 1) };
  }
  return { of: 'field', name: text };
}

const escape = (text: string) => text.replaceAll('%', '%25').replaceAll('~', '%7E');
const unescape = (text: string) => text.replaceAll('%7E', '~').replaceAll('%25', '%');

export function writeCondition(condition: Condition): string {
  return [writeSubject(condition.subject), condition.op, ...condition.values].map(escape).join('~');
}

export function readCondition(text: string): Condition | null {
  const [subject, op, ...values] = text.split('~').map(unescape);
  if (!subject || !op || !/^[a-z_]+$/.test(op)) return null;
  return { subject: readSubject(subject), op: op as Op, values };
}

export function readFilters(params: URLSearchParams): Condition[] {
  return params.getAll('f').map(readCondition).filter((one) => one !== null);
}

export function useFilters(): Condition[] {
  const params = useParams();
  const text = params.getAll('f').join('\n');
  return useMemo(() => readFilters(params), [text]);
}

export function setFilters(conditions: Condition[]): void {
  setParams({ f: conditions.map(writeCondition), cursor: null });
}

/** Adds a condition, in place of one with the same subject and operator. */
export function withCondition(all: Condition[], one: Condition): Condition[] {
  const key = (of: Condition) => `${writeSubject(of.subject)} ${of.op === 'is_not_set' ? 'is' : of.op}`;
  return [...all.filter((other) => key(other) !== key(one)), one];
}
