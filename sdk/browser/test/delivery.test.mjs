// What arrives when the network, the server or the tab fails: everything, once.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser, page as html, until, visit } from "./harness.mjs";

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

const quiet = { attributes: `data-auto="false"` };
const ids = (events) => events.map((event) => event.eventId);
const entries = (page) => page.evaluate(() => (
  Object.keys(localStorage).filter((name) => name.startsWith("tf_q_"))));

/** Numbered events, through the API of the page. */
const track = (page, type, count = 1) => page.evaluate(([type, count]) => {
  for (let n = 0; n < count; n++) window.trackflow.track(type, { n });
  window.trackflow.flush();
}, [type, count]);

/** Each number once, whatever was sent how often. */
function assertEachOnce(events, count) {
  const numbers = events.map((event) => event.properties.n).sort((a, b) => a - b);
  assert.deepEqual(numbers, Array.from({ length: count }, (_, n) => n));
}

test("after errors of the server everything arrives, once, with the ids of the first try", () =>
  visit(browser, async ({ site, page }) => {
    site.serve("/", html(quiet));
    await page.goto(`${site.origin}/`);
    site.answers = [500, "cut", { status: 503 }];
    await track(page, "try", 25);
    await site.wait("try", 25);
    assertEachOnce(site.events, 25);
    const [first, second, third, fourth] = site.requests;
    assert.deepEqual(ids(second.events).slice(0, 10), ids(first.events));
    assert.deepEqual(ids(fourth.events).slice(0, 10), ids(first.events));
    // A browser may try a cut connection again by itself, so the third can come at once.
    assert.ok(second.at - first.at >= 450, `${second.at - first.at} ms`);
    assert.ok(fourth.at - third.at >= 900, `${fourth.at - third.at} ms`);
    await until("nothing is kept", async () => (await entries(page)).length === 0);
  }));

test("429 is tried again, not before Retry-After", () =>
  visit(browser, async ({ site, page }) => {
    site.serve("/", html(quiet));
    await page.goto(`${site.origin}/`);
    site.answers = [{ status: 429, headers: { "Retry-After": "3" } }];
    await track(page, "limited");
    await until("the first try", () => site.requests.length === 1);
    await page.evaluate(() => dispatchEvent(new Event("online")));
    await track(page, "more", 12);
    await site.wait("more", 12);
    assert.equal(site.ofType("limited").length, 1);
    const [first, second] = site.requests;
    assert.ok(second.at - first.at >= 3000, `${second.at - first.at} ms`);
  }));

test("other refusals are not tried again", () =>
  visit(browser, async ({ site, page }) => {
    site.serve("/", html(quiet));
    await page.goto(`${site.origin}/`);
    for (const status of [400, 401, 413]) {
      site.answers = [status];
      await track(page, `refused-${status}`);
      await until("the answer", () => site.requests.at(-1)?.status === status);
      await track(page, `after-${status}`);
      await site.wait(`after-${status}`);
    }
    assert.equal(site.requests.length, 6);
  }));

test("what happens offline is sent when the network is back", () =>
  visit(browser, async ({ site, context, page }) => {
    site.serve("/", html(quiet));
    await page.goto(`${site.origin}/`);
    await context.setOffline(true);
    await track(page, "offline", 15);
    await until("an entry", async () => (await entries(page)).length === 1);
    assert.equal(site.requests.length, 0);
    await context.setOffline(false);
    await site.wait("offline", 15);
    assertEachOnce(site.events, 15);
  }));

test("what happened offline in a closed tab is sent by the next one", () =>
  visit(browser, async ({ site, context, page }) => {
    site.serve("/", html(quiet));
    await page.goto(`${site.origin}/`);
    // Looks into the storage, and would take the queue over if it had the tracker.
    const other = await context.newPage();
    site.serve("/empty", "<p>");
    await other.goto(`${site.origin}/empty`);
    await context.setOffline(true);
    await track(page, "offline", 15);
    await page.evaluate(() => window.trackflow.track("offline", { n: 15 }));
    await page.close({ runBeforeUnload: true });
    await until("the lease is given back", () => other.evaluate(() => (
      Object.values(localStorage).some((entry) => parseInt(entry, 10) <= Date.now()))));
    await other.close();
    await context.setOffline(false);
    const next = await context.newPage();
    await next.goto(`${site.origin}/`);
    await site.wait("offline", 16);
    assertEachOnce(site.events, 16);
    await until("nothing is kept", async () => (await entries(next)).length === 0);
  }));

test("two tabs that open at once do not send what was kept twice", () =>
  visit(browser, async ({ site, context, page }) => {
    // Secure contexts have locks; the other tests run without.
    site.serve("/", html({ attributes: `data-auto="false" data-localhost` }));
    site.serve("/empty", "<p>");
    await page.goto(`${site.local}/`);
    site.always = 500;
    await track(page, "kept", 15);
    await until("an entry", async () => (await entries(page)).length === 1);
    await page.goto(`${site.local}/empty`);
    const others = [await context.newPage(), await context.newPage(), page];
    site.always = undefined;
    await Promise.all(others.map((each) => each.goto(`${site.local}/`)));
    await site.wait("kept", 15);
    await Promise.all(others.map((each) => track(each, "end")));
    await site.wait("end", 3);
    assertEachOnce(site.ofType("kept"), 15);
  }));

test("a page that is left while the server fails, and brought back whole, sends what it kept", () =>
  visit(browser, async ({ site, page }) => {
    const script = `addEventListener("pageshow", (e) => { window.back = e.persisted; })`;
    site.serve("/", html({ ...quiet, body: `<script>${script}</script>` }));
    site.serve("/empty", "<p>");
    await page.goto(`${site.origin}/`);
    site.always = 500;
    await track(page, "kept", 15);
    await until("an entry", async () => (await entries(page)).length === 1);
    await page.goto(`${site.origin}/empty`);
    site.always = undefined;
    await page.evaluate(() => history.back());
    await site.wait("kept", 15);
    assertEachOnce(site.events, 15);
    assert.equal(await page.evaluate(() => window.back), true, "it came from that cache");
    await until("nothing is kept", async () => (await entries(page)).length === 0);
  }));

test("the queue of a living tab is left to it", () =>
  visit(browser, async ({ site, context, page }) => {
    site.serve("/", html(quiet));
    await page.goto(`${site.origin}/`);
    site.answers = [{ status: 503, headers: { "Retry-After": "600" } }];
    await track(page, "waiting");
    await until("an entry", async () => (await entries(page)).length === 1);
    const other = await context.newPage();
    await other.goto(`${site.origin}/`);
    await track(other, "other");
    await site.wait("other");
    assert.equal(site.ofType("waiting").length, 0);
    assert.equal((await entries(other)).length, 1);
  }));

test("another key's queue is not touched, nor does garbage stop the rest", () =>
  visit(browser, async ({ site, page }) => {
    const id = "00000000-0000-4000-8000-000000000000";
    site.serve("/empty", "<p>");
    site.serve("/", html(quiet));
    await page.goto(`${site.origin}/empty`);
    await page.evaluate((id) => {
      localStorage[`tf_q_your-api-key_b_${id}`] = `0\n{"eventId":"other key"}`;
      localStorage[`tf_q_your-api-key_${id}`] = `0\n{"eventId":"kept"}\n{"torn\ngarbage`;
    }, id);
    await page.goto(`${site.origin}/`);
    await track(page, "end");
    await site.wait("end");
    assert.deepEqual(site.events.map((event) => event.eventId).slice(0, -1), ["kept"]);
    assert.deepEqual(await entries(page), [`tf_q_your-api-key_b_${id}`]);
  }));

test("a closed tab's events are sent by beacon, in pieces a beacon can carry", () =>
  visit(browser, async ({ site, context, page }) => {
    site.serve("/", html({}));
    site.serve("/start", `<a target="_blank" href="/">open</a>`);
    await page.goto(`${site.origin}/`);
    await site.wait("page_view");
    await page.evaluate(() => {
      const fill = "\u00e9".repeat(9000);
      for (let n = 0; n < 6; n++) window.trackflow.track("last", { n, fill });
    });
    await page.close({ runBeforeUnload: true });
    await site.wait("last", 3);
    for (const { headers } of site.requests) assert.ok(+headers["content-length"] < 60_000);
    // A beacon carries 64 KB in all; the rest is kept for the next visit.
    const next = await context.newPage();
    await next.goto(`${site.origin}/`);
    await site.wait("last", 6);
    assertEachOnce(site.ofType("last"), 6);
  }));

test("leaving the page at once loses nothing", () =>
  visit(browser, async ({ site, page }) => {
    site.serve("/", html({ body: `<a href="/next">next</a>` }));
    site.serve("/next", "<p>");
    await page.goto(`${site.origin}/`);
    await page.evaluate(() => history.pushState({}, "", "/step"));
    await page.click("a");
    const views = await site.wait("page_view", 2);
    assert.deepEqual(views.map((view) => new URL(view.pageUrl).pathname), ["/", "/step"]);
    await site.wait("click");
    assert.equal(site.ofType("click").length, 1);
  }));

test("the queue has an end: the oldest go", () =>
  visit(browser, async ({ site, page }) => {
    site.serve("/", html(quiet));
    await page.goto(`${site.origin}/`);
    site.answers = [500];
    await page.evaluate(() => {
      for (let n = 0; n < 700; n++) window.trackflow.track("many", { n });
    });
    // Until the first try has failed its ten are in a request and stay.
    await site.wait("many", 470);
    await until("all", () => site.events.some((event) => event.properties.n === 699));
    const numbers = site.events.map((event) => event.properties.n);
    assert.ok(numbers.length <= 500 && new Set(numbers).size === numbers.length);
    assert.ok(!numbers.includes(150) && numbers.includes(300), "the oldest are gone");
    assert.ok(site.requests.every((request) => request.events.length <= 100));
  }));

test("an event too large for a request that outlives its page is sent all the same", () =>
  visit(browser, async ({ site, page }) => {
    site.serve("/", html(quiet));
    await page.goto(`${site.origin}/`);
    await page.evaluate(() => window.trackflow.track("large", { text: "\u00e9".repeat(40_000) }));
    await page.evaluate(() => window.trackflow.track("beyond", { text: "x".repeat(70_000) }));
    await track(page, "end");
    await site.wait("end");
    assert.deepEqual(site.events.map((event) => event.eventType), ["large", "end"]);
  }));

test("a clock that moves stops nothing", () =>
  visit(browser, async ({ site, page }) => {
    site.serve("/", html(quiet));
    await page.goto(`${site.origin}/`);
    site.answers = [500];
    const move = (years) => page.evaluate((years) => {
      const real = (window.realNow ??= Date.now);
      Date.now = () => real() + years * 365 * 864e5;
    }, years);
    await track(page, "a");
    await until("the first try", () => site.requests.length === 1);
    await move(-20);
    await track(page, "b");
    await site.wait("b");
    await move(20);
    await track(page, "c");
    await site.wait("c");
    // A lease of the far future is none.
    site.always = 500;
    await track(page, "d");
    await until("an entry", async () => (await entries(page)).length === 1);
    await page.evaluate(() => {
      const [name] = Object.keys(localStorage).filter((name) => name.startsWith("tf_q_"));
      localStorage[name.slice(0, -1) + "x"] =
        `9e15\n${JSON.stringify({ eventId: "far", eventType: "far" })}`;
    });
    site.always = undefined;
    await page.reload();
    await site.wait("far");
    await site.wait("d");
    for (const type of ["a", "b", "c", "d", "far"]) assert.equal(site.ofType(type).length, 1, type);
  }));

test("a request that is never answered is given up", () =>
  visit(browser, async ({ site, page }) => {
    const head = `<script>
      const real = setTimeout;
      window.setTimeout = (work, ms, ...args) => real(work, ms === 30000 ? 500 : ms, ...args);
      const realFetch = fetch;
      let calls = 0;
      window.fetch = (...args) => calls++ ? realFetch(...args) : new Promise(() => {});
    </script>`;
    site.serve("/", html({ ...quiet, head }));
    await page.goto(`${site.origin}/`);
    await track(page, "hung");
    await site.wait("hung");
    assert.equal(site.events.length, 1);
  }));
