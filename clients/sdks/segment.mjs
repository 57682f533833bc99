import assert from "node:assert/strict";

import { Analytics } from "@segment/analytics-node";

import { ask, event, has, isNear, isRecent, url, writeKey } from "../product.mjs";

const client = new Analytics({ writeKey, host: url, flushAt: 20 });
const timestamp = "2026-11-02T10:00:00.000Z";
client.track({
  anonymousId: "seg-anonymous",
  event: "seg before",
  properties: { plan: "pro" },
  context: { ip: "203.0.113.9", page: { url: "https://example.com/a", title: "A" } },
});
client.track({ userId: "seg-user", event: "seg after", timestamp, properties: { revenue: 12.5, currency: "EUR" } });
client.identify({ userId: "seg-user", anonymousId: "seg-anonymous", traits: { plan: "pro" } });
client.page({ userId: "seg-user", name: "Home", properties: { url: "https://example.com/" } });
client.screen({ userId: "seg-user", name: "Start" });
client.group({ userId: "seg-user", groupId: "acme", traits: { size: 7 } });
await client.closeAndFlush();

const before = await event("seg before");
has(before, { distinct_id: "seg-anonymous", dialect: "segment", source: "server", page_title: "A" });
isRecent(before.timestamp);
const after = await event("seg after");
has(after, { user_id: "seg-user", currency: "EUR" });
isNear(after.timestamp, timestamp);
assert.equal(Number(after.revenue), 12.5);
await event("page");
await event("screen");
const person = await ask({ kind: "person", id: "seg-anonymous" });
assert.equal(person.person.properties.plan, "pro", JSON.stringify(person));
