// What a tRPC client of any version does with the ingestion router.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";

import { event, events, has, isRecent, secretKey, writeKey } from "./product.mjs";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

// `connect(headers, batched)` makes a client; `name` tells this run's events from others.
export async function run(name, connect, TRPCClientError) {
  const anonymous = connect({}, false).eventIngestion;
  const batched = connect({}, true).eventIngestion;
  await single(name, anonymous);
  await together(name, batched, TRPCClientError);
  await many(name, anonymous, TRPCClientError);
  await once(name, batched);
  await managing(name, connect, TRPCClientError);
}

async function single(name, client) {
  const sessionId = randomUUID();
  const occurred = new Date(Date.now() - 3_600_000).toISOString();
  const { eventId, tracked } = await client.track.mutate({
    eventType: `${name} single`,
    source: "mobile",
    entityId: "cjld2cjxh0000qzrmn831i7rn",
    entityType: "asset",
    sessionId,
    props: { view_duration_ms: 12, occurred_at: occurred },
    attribution: { utmSource: "news", referrer: "https://example.org/", landingPage: "" },
  });
  assert.equal(tracked, true);
  assert.match(eventId, UUID);
  has(await event(`${name} single`), {
    event_id: eventId,
    timestamp: occurred,
    source: "mobile",
    dialect: "trpc",
    session_id: sessionId,
    distinct_id: sessionId,
    entity_id: "cjld2cjxh0000qzrmn831i7rn",
    entity_type: "asset",
    utm_source: "news",
    referrer: "https://example.org/",
  });
}

async function together(name, client, TRPCClientError) {
  const eventType = `${name} together`;
  const calls = await Promise.allSettled([
    client.track.mutate({ eventType, props: { n: 1 } }),
    client.track.mutate({ eventType, entityId: "cjld2cjxh0000qzrmn831i7rn" }),
    client.track.mutate({ eventType: "asset_viewed", props: {} }),
    client.nothing.mutate({}),
    client.track.mutate({ eventType, props: { n: 2 }, sessionId: randomUUID() }),
  ]);
  assert.deepEqual(
    calls.map((call) => call.status),
    ["fulfilled", "rejected", "rejected", "rejected", "fulfilled"],
  );
  const [refined, required, missing] = calls.slice(1, 4).map((call) => call.reason);
  for (const error of [refined, required, missing]) assert.ok(error instanceof TRPCClientError);
  assert.equal(refined.data.code, "BAD_REQUEST");
  assert.deepEqual(refined.data.zodError.formErrors, [
    "entityType is required when entityId is provided",
  ]);
  assert.equal(required.data.code, "BAD_REQUEST");
  assert.equal(required.data.zodError.fieldErrors.props.length, 1);
  assert.equal(missing.data.code, "NOT_FOUND");
  const stored = await events(eventType, 2);
  stored.forEach((event) => isRecent(event.timestamp));
}

async function many(name, client, TRPCClientError) {
  const eventType = `${name} many`;
  const answer = await client.trackBatch.mutate({
    events: [{ eventType }, { eventType: 7 }, { eventType, sessionId: randomUUID() }],
  });
  has(answer, { total: 3, successful: 2, failed: 1 });
  assert.deepEqual(
    answer.results.map(({ index, status }) => [index, status]),
    [[0, "fulfilled"], [1, "rejected"], [2, "fulfilled"]],
  );
  assert.ok(answer.results[1].error.length > 0 && answer.results[1].data === null);
  await events(eventType, 2);
  for (const count of [0, 51]) {
    const events = Array.from({ length: count }, () => ({ eventType }));
    await assert.rejects(client.trackBatch.mutate({ events }), (error) => {
      assert.ok(error instanceof TRPCClientError);
      assert.equal(error.data.code, "BAD_REQUEST");
      return true;
    });
  }
}

async function once(name, client) {
  const call = { eventType: `${name} once`, idempotencyKey: randomUUID(), props: {} };
  const first = await client.track.mutate(call);
  const second = await client.track.mutate(call);
  assert.deepEqual(second, { ...first, duplicate: true });
  await event(`${name} once`);
}

async function managing(name, connect, TRPCClientError) {
  const refused = async (headers, code) => {
    const client = connect(headers, true).eventIngestion;
    for (const call of [() => client.getStats.query({}), () => client.forceFlush.mutate({})]) {
      await assert.rejects(call(), (error) => {
        assert.ok(error instanceof TRPCClientError);
        assert.equal(error.data.code, code);
        return true;
      });
    }
  };
  await refused({}, "UNAUTHORIZED");
  await refused({ authorization: `Bearer ${writeKey}` }, "FORBIDDEN");
  const admin = connect({ authorization: `Bearer ${secretKey}` }, true).eventIngestion;
  const stats = await admin.getStats.query({});
  assert.deepEqual(stats.config, {
    batchSize: 100,
    batchTimeoutMs: 10_000,
    enableDeduplication: true,
    enableEnrichment: true,
    deduplicationTtlSeconds: 60,
  });
  const flushed = await admin.forceFlush.mutate({});
  assert.equal(flushed.flushed, true);
  assert.equal((await admin.getStats.query()).bufferSize, 0);
}
