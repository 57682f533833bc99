/** A flag while it is edited, and back to what the server takes. */

import type { Flag, FlagChange, FlagRule, FlagVariant, RuleKind } from '../../api/flags';

export type Shape = 'none' | 'one' | 'two' | 'many';

export const OPERATORS: { operator: string; label: string; shape: Shape; of: RuleKind[] }[] = [
  { operator: 'exact', label: 'is any of', shape: 'many', of: ['person', 'group'] },
  { operator: 'is_not', label: 'is none of', shape: 'many', of: ['person', 'group'] },
  { operator: 'icontains', label: 'contains', shape: 'one', of: ['person', 'group'] },
  { operator: 'not_icontains', label: 'does not contain', shape: 'one', of: ['person', 'group'] },
  { operator: 'icontains_multi', label: 'contains any of', shape: 'many', of: ['person', 'group'] },
  { operator: 'not_icontains_multi', label: 'contains none of', shape: 'many', of: ['person', 'group'] },
  { operator: 'starts_with', label: 'starts with', shape: 'one', of: ['person', 'group'] },
  { operator: 'not_starts_with', label: 'does not start with', shape: 'one', of: ['person', 'group'] },
  { operator: 'ends_with', label: 'ends with', shape: 'one', of: ['person', 'group'] },
  { operator: 'not_ends_with', label: 'does not end with', shape: 'one', of: ['person', 'group'] },
  { operator: 'regex', label: 'matches regex', shape: 'one', of: ['person', 'group'] },
  { operator: 'not_regex', label: 'does not match regex', shape: 'one', of: ['person', 'group'] },
  { operator: 'gt', label: '>', shape: 'one', of: ['person', 'group'] },
  { operator: 'gte', label: '≥', shape: 'one', of: ['person', 'group'] },
  { operator: 'lt', label: '<', shape: 'one', of: ['person', 'group'] },
  { operator: 'lte', label: '≤', shape: 'one', of: ['person', 'group'] },
  { operator: 'between', label: 'is between', shape: 'two', of: ['person', 'group'] },
  { operator: 'not_between', label: 'is not between', shape: 'two', of: ['person', 'group'] },
  { operator: 'is_date_exact', label: 'is the date', shape: 'one', of: ['person', 'group'] },
  { operator: 'is_date_before', label: 'is before', shape: 'one', of: ['person', 'group'] },
  { operator: 'is_date_after', label: 'is after', shape: 'one', of: ['person', 'group'] },
  { operator: 'semver_eq', label: 'is version', shape: 'one', of: ['person', 'group'] },
  { operator: 'semver_neq', label: 'is not version', shape: 'one', of: ['person', 'group'] },
  { operator: 'semver_gt', label: 'version >', shape: 'one', of: ['person', 'group'] },
  { operator: 'semver_gte', label: 'version ≥', shape: 'one', of: ['person', 'group'] },
  { operator: 'semver_lt', label: 'version <', shape: 'one', of: ['person', 'group'] },
  { operator: 'semver_lte', label: 'version ≤', shape: 'one', of: ['person', 'group'] },
  { operator: 'semver_tilde', label: 'version ~', shape: 'one', of: ['person', 'group'] },
  { operator: 'semver_caret', label: 'version ^', shape: 'one', of: ['person', 'group'] },
  { operator: 'semver_wildcard', label: 'version like 1.2.*', shape: 'one', of: ['person', 'group'] },
  { operator: 'is_set', label: 'is set', shape: 'none', of: ['person', 'group'] },
  { operator: 'is_not_set', label: 'is not set', shape: 'none', of: ['person', 'group'] },
  { operator: 'flag_evaluates_to', label: 'answers', shape: 'one', of: ['flag'] },
  { operator: 'in', label: 'person is in', shape: 'one', of: ['cohort'] },
  { operator: 'not_in', label: 'person is not in', shape: 'one', of: ['cohort'] },
];

const NUMERIC = ['gt', 'gte', 'lt', 'lte', 'between', 'not_between'];

export const operatorsOf = (kind: RuleKind) => OPERATORS.filter((one) => one.of.includes(kind));
export const shapeOf = (operator: string): Shape => OPERATORS.find((one) => one.operator === operator)?.shape ?? 'one';

export interface DraftRule {
  id: number;
  kind: RuleKind;
  key: string;
  operator: string;
  values: string[];
  negation: boolean;
  /** As it came: what the editor does not show is sent back as it was. */
  was?: FlagRule;
}

export interface DraftGroup {
  id: number;
  rules: DraftRule[];
  percentage: number;
  variant: string | null;
  was?: object;
}

export interface DraftVariant extends FlagVariant {
  id: number;
  /** JSON, or nothing. */
  payload: string;
}

export interface DraftTurn {
  id: number;
  /** As a field of date and time has it, in the zone of the tenant. */
  at: string;
  active: boolean;
}

export interface Draft {
  key: string;
  name: string;
  description: string;
  active: boolean;
  continuity: boolean;
  groups: DraftGroup[];
  variants: DraftVariant[];
  /** Of a flag without variants. */
  payload: string;
  schedule: DraftTurn[];
}

let last = 0;
/** Tells the lines of a list apart while some come and go. */
export const fresh = () => (last += 1);

export const newRule = (): DraftRule => ({ id: fresh(), kind: 'person', key: '', operator: 'exact', values: [], negation: false });
export const newGroup = (percentage = 100): DraftGroup => ({ id: fresh(), rules: [], percentage, variant: null });

/** Shares that are as equal as whole numbers can be, and sum to 100. */
export function evenly(variants: DraftVariant[]): DraftVariant[] {
  const share = Math.floor(100 / Math.max(1, variants.length));
  const rest = 100 - share * variants.length;
  return variants.map((one, i) => ({ ...one, rollout_percentage: share + (i < rest ? 1 : 0) }));
}

export const newVariant = (key: string): DraftVariant => ({ id: fresh(), key, name: '', rollout_percentage: 0, payload: '' });

function texts(value: unknown): string[] {
  if (value === null || value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
}

const shown = (payload: unknown) => (payload === undefined ? '' : JSON.stringify(payload, null, 2));

export const EMPTY: Draft = { key: '', name: '', description: '', active: true, continuity: false, groups: [], variants: [], payload: '', schedule: [] };

export function draftOf(flag: Flag, local: (iso: string) => string): Draft {
  const { filters } = flag;
  const rule = (was: FlagRule): DraftRule => ({
    id: fresh(), kind: was.type, key: was.key, operator: was.operator, negation: was.negation ?? false, was,
    values: shapeOf(was.operator) === 'none' ? [] : texts(was.value),
  });
  return {
    key: flag.key, name: flag.name, description: flag.description, active: flag.active, continuity: flag.ensure_experience_continuity,
    groups: filters.groups.map((was) => ({ id: fresh(), rules: was.properties.map(rule), percentage: was.rollout_percentage ?? 100, variant: was.variant, was })),
    variants: (filters.multivariate?.variants ?? []).map((one) => ({ ...one, id: fresh(), payload: shown(filters.payloads[one.key]) })),
    payload: shown(filters.payloads.true),
    schedule: flag.schedule.map((turn) => ({ id: fresh(), at: local(turn.at), active: turn.active })),
  };
}

function typed(text: string, operator: string): unknown {
  if (operator === 'flag_evaluates_to' && (text === 'true' || text === 'false')) return text === 'true';
  const isNumber = /^-?\d+(\.\d+)?$/.test(text);
  if (isNumber && (NUMERIC.includes(operator) || operator === 'in' || operator === 'not_in')) return Number(text);
  return text;
}

function valueOf(rule: DraftRule): unknown {
  const shape = shapeOf(rule.operator);
  if (shape === 'none') return rule.operator;
  // What was not touched keeps its type: 5 does not become "5".
  if (rule.was && rule.was.operator === rule.operator && texts(rule.was.value).join('\n') === rule.values.join('\n')) return rule.was.value;
  const values = rule.values.map((text) => typed(text, rule.operator));
  return shape === 'one' ? (values[0] ?? '') : values;
}

/** A payload that is no JSON. */
export class NoJson extends Error {
  readonly field: string;

  constructor(field: string) {
    super('this is no JSON; a text stands in quotation marks');
    this.field = field;
  }
}

function payloadOf(text: string, field: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new NoJson(field);
  }
}

/** What is sent; throws `NoJson`. `flag` is what is being changed. */
export function changeOf(draft: Draft, flag: Flag | null, iso: (local: string) => string): FlagChange {
  const payloads: Record<string, unknown> = {};
  const put = (key: string, text: string, field: string) => {
    const payload = payloadOf(text, field);
    if (payload !== undefined) payloads[key] = payload;
  };
  for (const [key, payload] of Object.entries(flag?.filters.payloads ?? {})) if (key.startsWith('holdout-')) payloads[key] = payload;
  if (draft.variants.length === 0) put('true', draft.payload, 'payload');
  draft.variants.forEach((one, i) => put(one.key, one.payload, `variants[${i}].payload`));
  const groups = draft.groups.map((group) => ({
    ...group.was,
    properties: group.rules.map((rule) => ({
      ...(rule.was?.type === rule.kind ? rule.was : {}),
      key: rule.kind === 'cohort' ? 'id' : rule.key, type: rule.kind, operator: rule.operator, value: valueOf(rule), negation: rule.negation,
    })),
    rollout_percentage: group.percentage,
    variant: draft.variants.some((one) => one.key === group.variant) ? group.variant : null,
  }));
  const variants = draft.variants.map(({ key, name, rollout_percentage }) => ({ key, name, rollout_percentage }));
  return {
    ...(flag ? { version: flag.version } : { key: draft.key }),
    name: draft.name, description: draft.description, active: draft.active, ensure_experience_continuity: draft.continuity,
    filters: { ...flag?.filters, groups, multivariate: variants.length > 0 ? { variants } : null, payloads },
    schedule: draft.schedule.map(({ at, active }) => ({ at: iso(at), active })),
  };
}
