// The server under test, as a client script sees it: addresses and keys from outside, questions to
// check what became of what was sent.
import assert from "node:assert/strict";

export const { TRACKFLOW_URL: url, TRACKFLOW_WRITE_KEY: writeKey, TRACKFLOW_SECRET_KEY: secretKey } =
  process.env;

const PATIENCE_MS = 20_000;

export async function ask(question) {
  const response = await fetch(`${url}/api/v1/query`, {
    method: "POST",
    headers: { authorization: `Bearer ${secretKey}`, "content-type": "application/json" },
    body: JSON.stringify(question),
  });
  const answer = await response.json();
  assert.equal(response.status, 200, JSON.stringify(answer));
  return answer.result;
}

// Asks until `look` gives something; what it gave.
export async function eventually(what, look) {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found) return found;
    assert.ok(Date.now() < until, `waited in vain: ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

// The events of a type in the last 60 days, once there are `count`; more are a failure.
export async function events(event, count = 1) {
  const question = { kind: "events", event, range: { last: "60d" }, order: "oldest" };
  const found = await eventually(`${count} of ${event}`, async () => {
    const { events } = await ask(question);
    return events.length >= count && events;
  });
  assert.equal(found.length, count, `${event} is there ${found.length} times`);
  return found;
}

// The one event of a type.
export async function event(type) {
  return (await events(type))[0];
}

export function isRecent(time) {
  const age = Date.now() - Date.parse(time);
  assert.ok(Math.abs(age) < 60_000, `${time} is not now`);
}

// A client's clock is corrected by how long its request took, so a time is kept to within that.
export function isNear(time, expected) {
  const apart = Math.abs(Date.parse(time) - Date.parse(expected));
  assert.ok(apart < 5_000, `${time} is not ${expected}`);
}

export function has(actual, expected) {
  for (const [key, value] of Object.entries(expected)) {
    assert.deepEqual(actual[key], value, `${key} of ${JSON.stringify(actual)}`);
  }
}
