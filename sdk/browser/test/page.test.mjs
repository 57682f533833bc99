// Pages that are hostile, broken or strict: they work as if the tracker were not there.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser, page as html, until, visit } from "./harness.mjs";

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

const quiet = `data-auto="false"`;

/** Uses everything the API has; answers what was thrown. */
const useAll = (page) => page.evaluate(() => {
  const { trackflow } = window;
  const thrown = [];
  const calls = [
    () => trackflow.track("own", { n: 1 }), () => trackflow.identify("ada", { a: 1 }),
    () => trackflow.identify(Symbol("no")), () => trackflow.track(null, null),
    () => trackflow.reset(), () => trackflow.flush(), () => trackflow.optOut(),
    () => trackflow.optIn(), () => trackflow.push(["track", "own", { n: 2 }]),
    () => trackflow.push(null, undefined, []), () => trackflow.flush(),
    () => history.pushState({}, "", "?x=1"), () => document.body.click(),
  ];
  for (const call of calls) {
    try { call(); } catch (error) { thrown.push(`${call}: ${error}`); }
  }
  return thrown;
});

/** A script that runs before the tracker, and what must arrive all the same. */
const HOSTILE = {
  "storage throws": `
    for (const area of ["localStorage", "sessionStorage"])
      Object.defineProperty(window, area, {
        get() { throw new DOMException("no", "SecurityError"); },
      });`,
  "getItem throws": `Storage.prototype.getItem = () => { throw new Error("broken"); };`,
  "storage is full": `
    Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };`,
  "prototypes are frozen": `
    for (const of of [Object, Array, Function, String, Promise, History, EventTarget, Event])
      Object.freeze(of.prototype);`,
  "prototypes are polluted": `
    Object.prototype.every = 1; Object.prototype.toJSON = undefined;
    Array.prototype.each = () => 1;`,
  "fetch throws": `window.fetch = () => { throw new Error("no fetch"); };`,
  "fetch is missing": `delete window.fetch; window.fetch = undefined;`,
  "no randomUUID, no locks, no beacon": `
    delete Crypto.prototype.randomUUID; delete Navigator.prototype.locks;
    Navigator.prototype.sendBeacon = undefined;`,
  "an element has our name": `document.write('<div id="trackflow"></div>');`,
  "trackflow is something else": `window.trackflow = "mine";`,
};

for (const [story, script] of Object.entries(HOSTILE)) {
  test(`hostile page: ${story}`, () =>
    visit(browser, async ({ site, page }) => {
      site.serve("/", html({ attributes: quiet, head: `<script>${script}</script>` }));
      await page.goto(`${site.origin}/`);
      assert.deepEqual(await useAll(page), []);
      const isLast = ({ properties }) => properties.n === 2;
      await until("the last", () => site.ofType("own").some(isLast));
    }));
}

/** What is broken so much that nothing can be sent; the page must not notice. */
const HOPELESS = {
  "JSON is gone": `window.JSON = undefined;`,
  "JSON.stringify throws": `JSON.stringify = () => { throw new Error("no"); };`,
  "crypto is gone": `Object.defineProperty(window, "crypto", { value: undefined });`,
  "listeners throw": `EventTarget.prototype.addEventListener = () => { throw new Error("no"); };`,
};

for (const [story, script] of Object.entries(HOPELESS)) {
  test(`hopeless page: ${story}`, () =>
    visit(browser, async ({ site, page }) => {
      site.serve("/", html({ head: `<script>${script}</script>`, body: "<p>text</p>" }));
      await page.goto(`${site.origin}/`);
      assert.equal(await page.evaluate(() => document.readyState), "complete");
      await page.click("p");
      await page.evaluate(() => {
        window.trackflow?.track?.("own", {});
        history.pushState({}, "", "/x");
      });
    }));
}

test("what a page replaces after the tracker was loaded does not matter", () =>
  visit(browser, async ({ site, page }) => {
    site.serve("/", html({ attributes: quiet }));
    await page.goto(`${site.origin}/`);
    await page.evaluate(() => {
      const no = () => { throw new Error("replaced"); };
      window.fetch = window.setTimeout = JSON.stringify = XMLHttpRequest.prototype.send = no;
      window.trackflow.track("after");
      window.trackflow.flush();
    });
    await site.wait("after");
  }));

test("a history the page has wrapped still answers and throws as it did", () =>
  visit(browser, async ({ site, page }) => {
    site.serve("/", html({}));
    await page.goto(`${site.origin}/`);
    const thrown = await page.evaluate(() => {
      try {
        history.pushState({}, "", "http://elsewhere.test/");
      } catch (error) {
        return error.name;
      }
    });
    assert.equal(thrown, "SecurityError");
  }));

test("a strict policy that names the server is enough: no inline code, no eval, no style", () =>
  visit(browser, async ({ site, page }) => {
    const policy = `default-src 'none'; script-src ${site.track}; connect-src ${site.track}; ` +
      "require-trusted-types-for 'script'";
    site.serve("/", html({}), { "Content-Security-Policy": policy });
    const violations = [];
    page.on("console", (message) => violations.push(message.text()));
    await page.goto(`${site.origin}/`);
    await site.wait("page_view");
    await site.wait("performance");
    assert.deepEqual(violations.filter((text) => /policy/i.test(text)), []);
  }));

test("a policy that forbids sending is felt by nobody", () =>
  visit(browser, async ({ site, page }) => {
    const policy = `default-src 'none'; script-src ${site.track}`;
    site.serve("/", html({ body: "<p>text</p>" }), { "Content-Security-Policy": policy });
    await page.goto(`${site.origin}/`);
    await page.click("p");
    await until("it was tried and kept", () => page.evaluate(
      () => Object.keys(localStorage).some((name) => name.startsWith("tf_q_"))));
    assert.equal(site.requests.length, 0);
  }));

test("two trackers with different keys both count, and calls go to both", () =>
  visit(browser, async ({ site, page }) => {
    const head = `<script defer src="TRACK/trackflow.js" data-key="second"></script>
      <script>window.trackflow = []; trackflow.push(["track", "early"])</script>`;
    site.serve("/", html({ head, body: `<button id="b">b</button>` }));
    await page.goto(`${site.origin}/`);
    await page.click("#b");
    await page.evaluate(() => {
      history.pushState({}, "", "/next");
      window.trackflow.track("own");
      window.trackflow.push(["track", "pushed"]);
    });
    await site.wait("page_view", 4);
    for (const type of ["early", "click", "own", "pushed", "performance"]) {
      await site.wait(type, 2);
      const keys = site.ofType(type).map((event) => event.tenantId).sort();
      assert.deepEqual(keys, ["second", "your-api-key"], type);
    }
    for (const { events } of site.requests) {
      assert.equal(new Set(events.map((event) => event.tenantId)).size, 1, "one key per request");
    }
    assert.equal(site.ofType("page_view").length, 4);
    assert.equal(new Set(site.events.map((event) => event.eventId)).size, site.events.length);
  }));

test("the script twice on a page counts once", () =>
  visit(browser, async ({ site, page }) => {
    const head = `<script defer src="TRACK/trackflow.js" data-key="your-api-key"></script>`;
    site.serve("/", html({ head }));
    await page.goto(`${site.origin}/`);
    await page.evaluate(() => window.trackflow.track("own"));
    await site.wait("own");
    await site.wait("performance");
    for (const type of ["page_view", "performance", "own"]) {
      assert.equal(site.ofType(type).length, 1, type);
    }
  }));

test("calls of a page whose script was blocked do nothing", () =>
  visit(browser, async ({ site, page }) => {
    site.block("/trackflow.js");
    const head = `<script>
      window.trackflow = window.trackflow || [];
      ["track", "identify", "reset", "optOut", "optIn", "flush"].forEach(function (method) {
        trackflow[method] = trackflow[method] || function () {
          trackflow.push([method].concat([].slice.call(arguments)));
        };
      });
    </script>`;
    site.serve("/", html({ head, body: "<p>text</p>" }));
    await page.goto(`${site.origin}/`);
    assert.deepEqual(await useAll(page), []);
    assert.equal(site.requests.length, 0);
  }));

test("the stub of the documentation keeps direct calls for later", () =>
  visit(browser, async ({ site, page }) => {
    const head = `<script>
      window.trackflow = window.trackflow || [];
      ["track", "identify", "reset", "optOut", "optIn", "flush"].forEach(function (method) {
        trackflow[method] = trackflow[method] || function () {
          trackflow.push([method].concat([].slice.call(arguments)));
        };
      });
      trackflow.track("early", { n: 1 });
    </script>`;
    site.serve("/", html({ attributes: quiet, head }));
    await page.goto(`${site.origin}/`);
    await page.evaluate(() => window.trackflow.track("late", { n: 2 }));
    await page.evaluate(() => window.trackflow.flush());
    await site.wait("late");
    assert.deepEqual(site.events.map((event) => event.properties.n), [1, 2]);
  }));

test("a tag without a key does nothing", () =>
  visit(browser, async ({ site, page }) => {
    const head = `<script defer src="TRACK/trackflow.js"></script>`;
    site.serve("/", html({ head, script: false }));
    await page.goto(`${site.origin}/`);
    assert.equal(await page.evaluate(() => localStorage.length + sessionStorage.length), 0);
    assert.equal(site.requests.length, 0);
  }));
