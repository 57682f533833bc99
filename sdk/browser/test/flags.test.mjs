// flags.js: what it asks, what it answers, what it keeps.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { KEY, UUID_V4, openBrowser, page as html, until, visit } from "./harness.mjs";

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

const TAG = `<script defer src="TRACK/flags.js" data-key="${KEY}"></script>`;
const ANSWER = {
  new_checkout: { active: true, variant: null, payload: null, reason: "condition_match" },
  colour: { active: true, variant: "green", payload: { hex: "#0f0" }, reason: "condition_match" },
  old: { active: false, variant: null, payload: null, reason: "no_condition_match" },
};
const answer = (body) => ({ status: 200, body });

const ask = (page) => page.evaluate(() => {
  const { flags } = window.trackflow;
  const names = ["new_checkout", "colour", "old", "unknown", "toString"];
  return names.map((name) => [flags.isEnabled(name), flags.variant(name), flags.payload(name)]);
});
const ON = [[true, null, null], [true, "green", { hex: "#0f0" }], [false, null, null],
  [false, null, null], [false, null, null]];
const OFF = ON.map(() => [false, null, null]);
const asked = (site) => site.requests.filter(({ path }) => path.includes("feature-flags"));

for (const [order, head] of [["after", TAG], ["before", ""]]) {
  test(`flags are those of the tracker's session, with flags.js ${order} it`, () =>
    visit(browser, async ({ site, page }) => {
      const body = order === "after" ? "" : TAG;
      site.always = answer(ANSWER);
      site.serve("/", html({ head, body }));
      await page.goto(`${site.origin}/`);
      await until("flags", () => page.evaluate(() => window.trackflow.flags.isEnabled("colour")));
      assert.deepEqual(await ask(page), ON);
      const [{ method, path, query, headers }] = asked(site);
      assert.equal(`${method} ${path}`,
        "GET /api/v1/analytics/public/feature-flags/for_user/");
      assert.equal(query.get("api_key"), KEY);
      assert.match(query.get("distinct_id"), UUID_V4);
      assert.equal(headers.cookie, undefined);
      assert.ok(site.requests.every((request) => request.method !== "OPTIONS"));
      const [view] = await site.wait("page_view");
      assert.equal(query.get("distinct_id"), view.sessionId);
    }));
}

test("identify and reset ask again, and onChange tells", () =>
  visit(browser, async ({ site, page }) => {
    site.always = answer(ANSWER);
    site.serve("/", html({ attributes: `data-auto="false"`, body: TAG }));
    await page.goto(`${site.origin}/`);
    await page.evaluate(() => {
      window.seen = [];
      window.stop = window.trackflow.flags.onChange((flags) => {
        window.seen.push(Object.keys(flags).length);
        throw new Error("of the page");
      });
    });
    const seen = (count) => until(`${count} changes`, () => page.evaluate(
      (count) => window.seen.length >= count && window.seen, count));
    assert.deepEqual(await seen(1), [3]);
    await page.evaluate(() => window.trackflow.identify("ada"));
    assert.deepEqual(await seen(3), [3, 0, 3]);
    assert.equal(asked(site).at(-1).query.get("distinct_id"), "ada");
    await page.evaluate(() => window.stop());
    await page.evaluate(() => window.trackflow.reset());
    await until("the third question", () => asked(site).length >= 3);
    assert.match(asked(site).at(-1).query.get("distinct_id"), UUID_V4);
    assert.deepEqual(await page.evaluate(() => window.seen), [3, 0, 3]);
  }));

test("the next page of the tab has them at once, also when the server is down", () =>
  visit(browser, async ({ site, page }) => {
    site.always = answer(ANSWER);
    site.serve("/", html({ attributes: `data-auto="false"`, body: TAG }));
    await page.goto(`${site.origin}/`);
    await page.waitForFunction(() => window.trackflow.flags.isEnabled("colour"));
    site.always = 500;
    await page.reload();
    assert.deepEqual(await ask(page), ON);
    await until("it asked again", () => asked(site).length === 2);
    assert.deepEqual(await ask(page), ON);
  }));

test("without an answer, or with nonsense, all flags are off", () =>
  visit(browser, async ({ site, page }) => {
    site.serve("/", html({ attributes: `data-auto="false"`, body: TAG }));
    for (const reply of [500, 401, "cut", answer("words"), answer([]), answer({ colour: null })]) {
      site.always = reply;
      await page.goto(`${site.origin}/`);
      const count = asked(site).length;
      await page.evaluate(() => window.trackflow.flags.reload());
      await until("the answer", () => asked(site).length > count);
      assert.deepEqual(await ask(page), OFF);
    }
  }));

test("whoever opted out is not asked about", () =>
  visit(browser, async ({ site, page }) => {
    site.always = answer(ANSWER);
    const head = `<script>window.trackflow = []; trackflow.push(["optOut"])</script>`;
    site.serve("/", html({ head, body: TAG }));
    await page.goto(`${site.origin}/`);
    assert.deepEqual(await ask(page), OFF);
    assert.equal(site.requests.length, 0);
  }));

test("a blocked tracker and a broken storage leave flags working", () =>
  visit(browser, async ({ site, page }) => {
    site.block("/trackflow.js");
    site.always = answer(ANSWER);
    const head = `<script>
      Storage.prototype.getItem = Storage.prototype.setItem = () => { throw new Error("no"); };
    </script>`;
    site.serve("/", html({ head, body: TAG }));
    await page.goto(`${site.origin}/`);
    await page.waitForFunction(() => window.trackflow.flags.isEnabled("colour"));
    assert.deepEqual(await ask(page), ON);
  }));
