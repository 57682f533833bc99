/** The shape of questions, as `POST /api/v1/query` takes them. */

export type Scalar = string | number | boolean | null;

export type Op =
  | 'is' | 'is_not' | 'contains' | 'not_contains' | 'starts_with' | 'ends_with' | 'regex' | 'not_regex'
  | 'gt' | 'gte' | 'lt' | 'lte' | 'between' | 'in' | 'not_in' | 'is_set' | 'is_not_set' | 'before' | 'after';

export type SubjectRef = { field: string } | { property: string } | { person: string };
export type ConditionRef = SubjectRef & { op: Op; value?: Scalar | Scalar[] };
export type Filter = { all: Filter[] } | { any: Filter[] } | ConditionRef;

export type QuestionRange = { last: string } | { from: string; to: string };
export type Interval = 'hour' | 'day' | 'week' | 'month';
export type Measure =
  | 'total' | 'unique_persons' | 'sessions' | 'per_person'
  | 'sum' | 'avg' | 'min' | 'max' | 'median' | 'p90' | 'p95' | 'p99';

export type Question = { kind: string } & Record<string, unknown>;
