import assert from "node:assert/strict";

import { PostHog } from "posthog-node";

import { ask, event, has, isNear, isRecent, url, writeKey } from "../product.mjs";

const client = new PostHog(writeKey, { host: url, flushAt: 20, disableCompression: false });
const uuid = "0b3fbd6c-6ee9-4b1c-8f45-0d2e7a4b5c61";
client.capture({
  distinctId: "ph-anonymous",
  event: "ph before",
  properties: { plan: "pro", $current_url: "https://example.com/pricing?utm_source=news" },
});
client.capture({
  distinctId: "ph-user",
  event: "ph after",
  uuid,
  timestamp: new Date("2026-11-01T10:00:00.000Z"),
  groups: { company: "acme" },
});
client.identify({ distinctId: "ph-user", properties: { email: "user@example.com" } });
client.alias({ distinctId: "ph-user", alias: "ph-anonymous" });
client.groupIdentify({ groupType: "company", groupKey: "acme", properties: { size: 7 } });
await client.shutdown();

const before = await event("ph before");
has(before, { distinct_id: "ph-anonymous", dialect: "posthog", source: "server" });
has(before.properties, { plan: "pro" });
isRecent(before.timestamp);
const after = await event("ph after");
has(after, { event_id: uuid });
isNear(after.timestamp, "2026-11-01T10:00:00.000Z");
has(await event("$identify"), { distinct_id: "ph-user" });

// Both ids are one person, who has the property; the group made none.
const counts = await ask({ kind: "counts", range: { last: "60d" }, filter: { field: "dialect", op: "is", value: "posthog" } });
assert.equal(counts.unique_persons, 1, JSON.stringify(counts));
const person = await ask({ kind: "person", id: "ph-anonymous" });
assert.equal(person.person.properties.email, "user@example.com", JSON.stringify(person));

// A retry of the same uuid is the same event.
const again = new PostHog(writeKey, { host: url });
again.capture({ distinctId: "ph-user", event: "ph after", uuid });
await again.shutdown();
has(await event("ph after"), { event_id: uuid });

// A wrong key is told, not swallowed.
const wrong = new PostHog("phc_wrong", { host: url, fetchRetryCount: 0 });
let refused;
wrong.on("error", (error) => (refused = error));
wrong.capture({ distinctId: "nobody", event: "ph wrong" });
await wrong.shutdown();
assert.ok(refused, "a wrong key was taken");
