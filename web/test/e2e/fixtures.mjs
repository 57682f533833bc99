// What the routes of accounts and administration answer, where the server at hand has none of them.
const at = (hours) => new Date(Date.now() - hours * 3_600_000).toISOString();

const user = { id: 1, email: 'ada@example.com', name: 'Ada Lovelace', role: 'owner' };
const viewer = { user, tenant: { id: 'default', name: 'Shop', time_zone: 'Europe/Berlin', week_start: 'monday' } };

const keys = [
  { id: 'k1', name: 'Web shop', kind: 'write', scopes: ['write'], created_at: at(900), hint: 'tf_w_…9sdI', expires_at: null, revoked_at: null, is_live: true },
  { id: 'k2', name: 'Nightly export', kind: 'secret', scopes: ['read'], created_at: at(700), hint: 'tf_s_…K3Hz', expires_at: at(-900), revoked_at: null, is_live: true },
  { id: 'k3', name: 'Old app', kind: 'write', scopes: ['write'], created_at: at(9000), hint: 'tf_w_…0aQd', expires_at: at(20), revoked_at: null, is_live: false },
];

const users = [
  { ...user, last_login_at: at(1), disabled_at: null },
  { id: 2, email: 'grace@example.com', name: 'Grace Hopper', role: 'analyst', last_login_at: at(50), disabled_at: null },
  { id: 3, email: 'old@example.com', name: 'Old Hand', role: 'viewer', last_login_at: null, disabled_at: at(3) },
];
const invites = [{ id: 'i1', email: 'new@example.com', role: 'viewer', expires_at: at(-100) }];

const audit = Array.from({ length: 12 }, (_, i) => ({
  seq: 112 - i, at: at(i * 5), actor: i % 3 ? 'ada@example.com' : 'key Nightly export',
  action: ['key.made', 'user.invited', 'settings.changed'][i % 3], subject: ['k1', 'grace@example.com', 'time_zone'][i % 3],
  detail: i % 3 === 2 ? { from: 'UTC', to: 'Europe/Berlin' } : null,
}));

const rejected = Array.from({ length: 8 }, (_, i) => ({
  id: 900 - i, at: at(i), dialect: 'simple', code: i % 2 ? 'invalid_value' : 'missing_field',
  message: i % 2 ? 'timestamp is "yesterday", it must be an RFC 3339 time' : 'event_type is required',
  field: i % 2 ? 'timestamp' : 'event_type', payload: JSON.stringify({ user_id: 'ada', timestamp: 'yesterday' }), replayed_at: i === 5 ? at(0) : null,
}));

const settings = {
  name: 'Shop', time_zone: 'Europe/Berlin', week_start: 'monday',
  classes: { page_view: ['page_view', '$pageview'], screen_view: ['screen_view'], error: ['error'], purchase: ['purchase'] },
};

const days = Array.from({ length: 30 }, (_, i) => ({ t: `2026-10-${String(i + 1).padStart(2, '0')}T00:00:00+02:00`, v: 400 + ((i * 137) % 311), partial: i === 29 }));
export const revenue = {
  question: { kind: 'revenue' },
  result: {
    currencies: [
      { currency: 'EUR', sum: 16420.5, orders: 212, persons: 180, average_order: 77.455189, per_person: 91.225, data: days },
      { currency: 'USD', sum: 8211, orders: 98, persons: 91, average_order: 83.785714, per_person: 90.230769, data: days },
      { currency: null, sum: 12, orders: 1, persons: 1, average_order: 12, per_person: 12, data: days },
    ],
  },
  meta: { backend: 'local', range: { from: '', to: '', tz: 'Europe/Berlin' }, rows_read: 0, elapsed_ms: 0 },
};

const routes = [
  ['GET', /\/auth\/me$/, viewer],
  ['GET', /\/auth\/setup\/good$/, { purpose: 'owner', email: null }],
  ['GET', /\/settings$/, settings],
  ['GET', /\/keys$/, { keys }],
  ['POST', /\/keys$/, { key: keys[0], text: 'tf_w_1234567890abcdefghijklmn' }],
  ['GET', /\/users$/, { users, invites }],
  ['POST', /\/invites$/, { link: 'https://stats.example.com/app/setup?token=abc', expires_at: at(-48) }],
  ['GET', /\/audit\?/, { entries: audit, next_before: null }],
  ['GET', /\/admin\/books$/, { received: 102311, stored: 101200, removed: 20, duplicate: 800, rejected: 300, pending: 11, balanced: true, rejected_log: { entries: 280, unlogged: 0 }, pipeline: { queued_bytes: 0, journal_bytes: 48213311, lag_records: 11, is_stuck: false } }],
  ['GET', /\/admin\/rejected\?/, { entries: rejected, next_before: null }],
];

/** Answers for a browser's requests; undefined where there is none. */
export function answerFor(method, url) {
  return routes.find(([verb, path]) => verb === method && path.test(url))?.[2];
}
