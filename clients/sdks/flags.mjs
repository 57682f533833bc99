// Flags made through the admin API, asked by posthog-node: from the server, and evaluated by the
// library itself. All three must say the same for everybody.
import assert from "node:assert/strict";

import { PostHog } from "posthog-node";

import { secretKey, url, writeKey } from "../product.mjs";

const PEOPLE = 2_000;
const AT_ONCE = 20;

async function call(method, path, body, key = secretKey) {
  const response = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: body && JSON.stringify(body),
  });
  const answer = await response.json();
  assert.ok(response.ok, `${method} ${path}: ${JSON.stringify(answer)}`);
  return answer;
}

const only = (...properties) => ({ groups: [{ properties, rollout_percentage: 100 }] });
const variants = (...shares) =>
  shares.map((share, at) => ({ key: `v${at}`, rollout_percentage: share, payload: { at } }));
const FLAGS = [
  { key: "everybody" },
  { key: "nobody", rollout_percentage: 0 },
  { key: "half", rollout_percentage: 50 },
  { key: "fraction", rollout_percentage: 33.3 },
  { key: "off", active: false },
  { key: "split", variants: variants(50, 30, 20) },
  { key: "split-of-some", rollout_percentage: 40, variants: variants(10, 90) },
  { key: "exact", filters: only({ key: "plan", operator: "exact", value: ["pro", "team"] }) },
  { key: "contains", filters: only({ key: "email", operator: "icontains", value: "@EXAMPLE.com" }) },
  { key: "regex", filters: only({ key: "email", operator: "regex", value: "^user-[0-4]" }) },
  { key: "number", filters: only({ key: "n", operator: "gte", value: 700 }) },
  { key: "date", filters: only({ key: "since", operator: "is_date_before", value: "2026-03-01" }) },
  { key: "set", filters: only({ key: "plan", operator: "is_set" }) },
  {
    key: "override",
    filters: {
      groups: [
        { properties: [{ key: "plan", operator: "exact", value: "pro" }], variant: "v1" },
        { rollout_percentage: 50 },
      ],
      multivariate: { variants: variants(50, 50).map(({ key, rollout_percentage }) => ({ key, rollout_percentage })) },
    },
  },
  {
    key: "dependent",
    filters: only({ key: "half", type: "flag", operator: "flag_evaluates_to", value: true }),
  },
];
for (const flag of FLAGS) await call("POST", "/api/v1/analytics/admin/feature-flags/", flag);

function person(number) {
  const month = String((number % 12) + 1).padStart(2, "0");
  return {
    plan: ["free", "pro", "team"][number % 3],
    email: `user-${number}@${number % 2 ? "example.com" : "other.org"}`,
    n: number,
    since: `2026-${month}-15T00:00:00Z`,
  };
}

const options = { host: url, flushAt: 1_000, sendFeatureFlagEvent: false };
const remote = new PostHog(writeKey, options);
const local = new PostHog(writeKey, {
  ...options,
  personalApiKey: secretKey,
  featureFlagsPollingInterval: 100_000,
});
assert.ok(await local.waitForLocalEvaluationReady(10_000), "the definitions did not come");

// What the server says, in the shape of the library.
async function asked(distinct_id, properties) {
  const path = "/api/v1/analytics/public/feature-flags/for_user/";
  const answers = await call("POST", path, { distinct_id, properties }, writeKey);
  const value = ({ active, variant }) => variant ?? active;
  return Object.fromEntries(Object.entries(answers).map(([key, one]) => [key, value(one)]));
}

async function agree(number) {
  const id = `person-${number}`;
  const personProperties = person(number);
  const [server, far, near] = await Promise.all([
    asked(id, personProperties),
    remote.getAllFlags(id, { personProperties }),
    local.getAllFlags(id, { personProperties, onlyEvaluateLocally: true }),
  ]);
  assert.equal(Object.keys(server).length, FLAGS.length);
  assert.deepEqual(far, server, `from the server, ${id}`);
  assert.deepEqual(near, server, `by the library, ${id}`);
  return server;
}

const seen = new Map();
for (let from = 0; from < PEOPLE; from += AT_ONCE) {
  const some = Array.from({ length: AT_ONCE }, (_, at) => agree(from + at));
  for (const answers of await Promise.all(some)) {
    for (const [key, value] of Object.entries(answers)) {
      seen.set(key, (seen.get(key) ?? new Set()).add(value));
    }
  }
}
// The people were different enough to see every answer.
assert.equal(seen.get("split").size, 3);
assert.equal(seen.get("dependent").size, 2);

// A flag that lasts does not flip when somebody logs in, and is still the same afterwards.
await call("POST", "/api/v1/analytics/admin/feature-flags/", {
  key: "lasting",
  rollout_percentage: 50,
  ensure_experience_continuity: true,
});
async function lasting(body) {
  const answer = await call("POST", "/flags/?v=2", { token: writeKey, ...body }, writeKey);
  return answer.flags.lasting.enabled;
}
for (let number = 0; number < 50; number++) {
  const [anonymous, user] = [`anonymous-${number}`, `user-${number}`];
  const before = await lasting({ distinct_id: anonymous });
  assert.equal(await lasting({ distinct_id: user, $anon_distinct_id: anonymous }), before, user);
  assert.equal(await lasting({ distinct_id: user }), before, user);
  assert.equal((await remote.getAllFlags(user)).lasting, before, user);
}
await Promise.all([remote.shutdown(), local.shutdown()]);
