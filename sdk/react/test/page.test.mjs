// The hooks in a real browser, before the real server.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { bundle, openBrowser, openSite, startServer, until } from "./harness.mjs";

let browser;
let script;
before(async () => {
  browser = await openBrowser();
  script = await bundle("main.tsx");
});
after(() => browser?.close());

/** A fresh server, site and profile. */
async function visit(query, work) {
  const server = await startServer();
  const site = await openSite(server, script);
  const context = await browser.newContext();
  const errors = [];
  context.on("weberror", (error) => errors.push(String(error.error())));
  const page = await context.newPage();
  try {
    await page.goto(`${site.url}/${query}`);
    await page.waitForSelector("button");
    await work({ server, site, context, page });
    assert.deepEqual(errors, []);
  } finally {
    await context.close();
    await site.close();
    await server.stop();
  }
}

const press = (page) => page.getByText("Press").click();
const waiting = (page, count) =>
  until(`${count} wait`, async () => (await page.textContent("#queued")) === String(count));

for (const query of ["", "?superjson", "?transport=http"]) {
  test(`an event arrives: ${query || "tRPC"}`, () =>
    visit(`${query}${query ? "&" : "?"}utm_source=news`, async ({ server, page }) => {
      await press(page);
      const [event] = await server.events("pressed");
      const session = await page.evaluate(() => localStorage.getItem("analytics_session_id"));
      assert.equal(event.session_id, session);
      assert.equal(event.utm_source, "news");
      assert.deepEqual((await server.events("pressed")).length, 1);
    }));
}

test("after errors of the server an event arrives, once", () =>
  visit("", async ({ server, site, page }) => {
    site.answers = [500, "cut"];
    await press(page);
    await waiting(page, 1);
    await waiting(page, 0);
    assert.equal((await server.events("pressed")).length, 1);
  }));

test("an answer that got lost does not make an event two", () =>
  visit("", async ({ server, site, page }) => {
    site.answers = ["deaf"];
    await press(page);
    // Either ours, or the browser's own: it may try a cut connection again by itself.
    await until("a second try", () =>
      site.requests.filter(({ path, status }) => path.includes("eventIngestion") && status === 200)
        .length === 2);
    await waiting(page, 0);
    assert.equal((await server.events("pressed")).length, 1);
  }));

test("what happens offline waits for the network, over a reload too", () =>
  visit("", async ({ server, site, context, page }) => {
    await context.setOffline(true);
    for (let count = 1; count <= 3; count++) {
      await press(page);
      await waiting(page, count);
      // The server takes events of one kind in one second for the same.
      await page.waitForTimeout(1_100);
    }
    site.always = 503;
    await context.setOffline(false);
    await page.reload();
    await waiting(page, 3);
    site.always = undefined;
    await waiting(page, 0);
    const found = await server.events("pressed", 3);
    assert.equal(found.length, 3);
    assert.equal(new Set(found.map(({ timestamp }) => timestamp)).size, 3);
  }));

test("full storage: what waits lives as long as the page", () =>
  visit("", async ({ server, site, page }) => {
    await page.evaluate(() => {
      Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
    });
    site.answers = [500];
    await press(page);
    await waiting(page, 1);
    await waiting(page, 0);
    assert.equal((await server.events("pressed")).length, 1);
  }));

test("outside a browser it is imported and rendered", async () => {
  const { createElement } = await import("react");
  const { renderToString } = await import("react-dom/server");
  const kit = await import("../dist/index.js");
  const html = renderToString(
    createElement(kit.AnalyticsProvider, null, createElement(kit.AnalyticsDashboard)));
  assert.match(html, /Analytics/);
  assert.notEqual(kit.getSessionId(), kit.getSessionId());
  assert.equal(kit.getAttributionData(), undefined);
});
