// The schemas and rules here against those of the server: the same verdicts, in the same words.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import * as kit from "../dist/index.js";
import { here, startServer } from "./harness.mjs";

let server;
before(async () => { server = await startServer(); });
after(() => server?.stop());

const { ENTITY_TYPES, EVENT_REQUIRED_PROPS, EVENT_SOURCES, EVENT_TYPES, trackEventSchema } = kit;
const CUID = "cjld2cjxh0000qzrmn831i7rn";
const UUID = "7b1c1f3e-6f0a-4b57-9a3e-2f4f0d9f3b11";
/** As JSON has it. */
const plain = (value) => JSON.parse(JSON.stringify(value));
const of = (fields) => ({ eventType: "checked", ...fields });

async function track(input) {
  const response = await fetch(`${server.url}/api/trpc/eventIngestion.track`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(input),
  });
  return { status: response.status, ...(await response.json()) };
}

const CASES = {
  "a name alone": of({}),
  "everything": of({
    source: "mobile", entityId: CUID, entityType: "asset", sessionId: UUID, idempotencyKey: UUID,
    props: { a: [1, { b: null }] },
    attribution: { utmSource: "news", referrer: "https://example.org/", landingPage: "" },
  }),
  "no object": "text", "an array": [], "null": null, "a number": 7,
  "no name": {}, "a name that is a number": of({ eventType: 7 }), "a null name": of({ eventType: null }),
  "100 characters": of({ eventType: "n".repeat(100) }), "101 characters": of({ eventType: "n".repeat(101) }),
  "101 UTF-16 units": of({ eventType: "\u{1f600}".repeat(50) + "n" }),
  "a source that is not known": of({ source: "desktop" }), "a source in capitals": of({ source: "WEB" }),
  "a null source": of({ source: null }), "a source that is a number": of({ source: 1 }),
  "an entity type that is not known": of({ entityType: "planet" }),
  "an entity type alone": of({ entityType: "post" }), "an entity id alone": of({ entityId: CUID }),
  "an entity id that is no cuid": of({ entityId: "post-123", entityType: "post" }),
  "a short cuid": of({ entityId: "c1234567", entityType: "post" }),
  "the shortest cuid": of({ entityId: "c12345678", entityType: "post" }),
  "a cuid in capitals": of({ entityId: "CJLD2CJXH0000", entityType: "post" }),
  "a cuid with a hyphen": of({ entityId: "cjld2-cjxh0000", entityType: "post" }),
  "an empty entity id": of({ entityId: "" }),
  "a session that is no uuid": of({ sessionId: "session-456" }),
  "a uuid of any version": of({ sessionId: "00000000-0000-0000-0000-000000000000" }),
  "a uuid in capitals": of({ sessionId: UUID.toUpperCase() }),
  "a uuid in braces": of({ sessionId: `{${UUID}}` }), "a null session": of({ sessionId: null }),
  "a key that is no uuid": of({ idempotencyKey: "once" }),
  "props that are a list": of({ props: [] }), "props that are a text": of({ props: "{}" }),
  "null props": of({ props: null }), "empty props": of({ props: {} }),
  "an attribution that is a text": of({ attribution: "news" }), "an empty attribution": of({ attribution: {} }),
  "a campaign of 255": of({ attribution: { utmCampaign: "c".repeat(255) } }),
  "a campaign of 256": of({ attribution: { utmCampaign: "c".repeat(256), utmTerm: 3 } }),
  "a null source of a campaign": of({ attribution: { utmSource: null } }),
  "a referrer without a scheme": of({ attribution: { referrer: "example.org" } }),
  "a referrer that is a number": of({ attribution: { referrer: 5 } }),
  "an app's referrer": of({ attribution: { referrer: "android-app://com.example" } }),
  "a landing page with spaces": of({ attribution: { landingPage: "https://exa mple.org" } }),
  "many faults": { eventType: 1, source: "x", sessionId: "y", attribution: { referrer: "z" } },
  "fields nobody knows": of({ userId: "u", more: true }),
};

for (const [name, input] of Object.entries(CASES)) {
  test(`schema: ${name}`, async () => {
    const parsed = trackEventSchema.safeParse(input);
    const answer = await track(input);
    assert.equal(answer.status, parsed.success ? 200 : 400, JSON.stringify(answer));
    if (parsed.success) return;
    assert.equal(answer.error.data.code, "BAD_REQUEST");
    assert.deepEqual(answer.error.data.zodError, plain(parsed.error.flatten()));
    assert.deepEqual(JSON.parse(answer.error.message), JSON.parse(parsed.error.message));
  });
}

test("what the server is stricter in: an empty name", async () => {
  assert.equal(trackEventSchema.safeParse({ eventType: "" }).success, true);
  const { status, error } = await track({ eventType: "" });
  assert.equal(status, 400);
  assert.deepEqual(Object.keys(error.data.zodError.fieldErrors), ["eventType"]);
});

test("required properties are those of the server", async (t) => {
  t.mock.method(console, "error", () => {});
  for (const eventType of Object.values(EVENT_TYPES)) {
    const required = EVENT_REQUIRED_PROPS[eventType] ?? [];
    const all = Object.fromEntries(required.map((prop) => [prop, 1]));
    const without = required.map((prop) => ({ ...all, [prop]: undefined }));
    for (const props of [undefined, {}, all, ...without]) {
      const sent = props && JSON.parse(JSON.stringify(props));
      const isValid = kit.validateEventProps(eventType, sent);
      const { status, error } = await track({ eventType, props: sent });
      assert.equal(status, isValid ? 200 : 400, `${eventType} ${JSON.stringify(sent)}`);
      const missing = required.filter((prop) => !(prop in (sent ?? {})));
      assert.equal(error?.data.zodError.fieldErrors.props?.length ?? 0, missing.length);
    }
  }
});

test("times are judged as by the server", async (t) => {
  t.mock.method(console, "warn", () => {});
  const day = 24 * 3_600_000;
  for (const ago of [-2 * day, -60_000, 2_000, day, 30 * day - 60_000, 30 * day + 60_000, NaN]) {
    const at = new Date(Date.now() - ago);
    const occurred_at = Number.isNaN(ago) ? "yesterday" : at.toISOString();
    const { status } = await track(of({ sessionId: crypto.randomUUID(), props: { occurred_at } }));
    assert.equal(status, kit.validateEventTimestamp(at) ? 200 : 400, occurred_at);
  }
});

test("lists are those that the server is tested with", () => {
  const file = join(here, "../../../testdata/wire/trpc-vocabulary.json");
  const { sources, entityTypes, requiredProps, lengths } = JSON.parse(readFileSync(file, "utf8"));
  assert.deepEqual(Object.values(EVENT_SOURCES), sources);
  assert.deepEqual(Object.values(ENTITY_TYPES), entityTypes);
  assert.deepEqual(EVENT_REQUIRED_PROPS, requiredProps);
  const fits = (input) => trackEventSchema.safeParse(input).success;
  for (const more of [0, 1]) {
    assert.equal(fits(of({ eventType: "n".repeat(lengths.eventType + more) })), !more);
    assert.equal(fits(of({ attribution: { utmTerm: "n".repeat(lengths.utm + more) } })), !more);
  }
});

test("lists are those of the server, in its order", async () => {
  for (const [field, list] of [["source", EVENT_SOURCES], ["entityType", ENTITY_TYPES]]) {
    const { error } = await track(of({ [field]: "?" }));
    assert.deepEqual(JSON.parse(error.message)[0].options, Object.values(list));
  }
});
