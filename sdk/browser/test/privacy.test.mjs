// Who does not want to be counted is not.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBrowser, page as html, visit } from "./harness.mjs";

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

const stored = (page) => page.evaluate(() => (
  [...Object.keys(localStorage), ...Object.keys(sessionStorage)].sort()));

/** Does on the page what would be counted, and lets the tracker's timers pass. */
async function beBusy(page) {
  await page.evaluate(() => {
    document.body.click();
    window.trackflow.track("own");
    window.trackflow.identify("ada");
    window.trackflow.flush();
    dispatchEvent(new Event("pagehide"));
  });
}

const ASKS = {
  "do not track": `Object.defineProperty(Navigator.prototype, "doNotTrack", { value: "1" });`,
  "global privacy control":
    `Object.defineProperty(Navigator.prototype, "globalPrivacyControl", { value: true });`,
};

for (const [wish, script] of Object.entries(ASKS)) {
  test(`${wish}: nothing is sent, nothing is stored`, () =>
    visit(browser, async ({ site, page }) => {
      site.serve("/", html({ head: `<script>${script}</script>` }));
      await page.goto(`${site.origin}/`);
      await beBusy(page);
      assert.deepEqual(await stored(page), []);
      // The order of requests tells: had there been any, they would have come before this one.
      site.serve("/", html({}));
      await page.goto(`${site.origin}/`);
      await site.wait("page_view");
      assert.equal(site.ofType("own").length + site.ofType("click").length, 0);
      assert.equal(site.ofType("page_view").length, 1);
    }));

  test(`${wish} is overruled by data-dnt="ignore"`, () =>
    visit(browser, async ({ site, page }) => {
      const head = `<script>${script}</script>`;
      site.serve("/", html({ attributes: `data-dnt="ignore"`, head }));
      await page.goto(`${site.origin}/`);
      await site.wait("page_view");
    }));
}

test("a browser that says it may be tracked is counted", () =>
  visit(browser, async ({ site, page }) => {
    const script = `Object.defineProperty(Navigator.prototype, "doNotTrack", { value: "0" });`;
    site.serve("/", html({ head: `<script>${script}</script>` }));
    await page.goto(`${site.origin}/`);
    await site.wait("page_view");
  }));

test("optOut forgets, is remembered, and optIn takes it back", () =>
  visit(browser, async ({ site, context, page }) => {
    site.serve("/", html({}));
    await page.goto(`${site.origin}/`);
    await site.wait("page_view");
    await site.wait("performance");
    const before = site.requests.length;
    await page.evaluate(() => {
      window.trackflow.identify("ada");
      window.trackflow.track("unsent");
      window.trackflow.optOut();
    });
    await beBusy(page);
    assert.deepEqual(await stored(page), ["tf_o_your-api-key"]);
    const other = await context.newPage();
    for (const each of [page, other]) {
      await each.goto(`${site.origin}/`);
      await beBusy(each);
    }
    assert.equal(site.requests.length, before);
    // Consent may be given in another tab, and this page is then seen.
    await other.evaluate(() => window.trackflow.optIn());
    await page.evaluate(() => window.trackflow.track("own again"));
    const [again] = await site.wait("own again");
    await site.wait("page_view", 2);
    assert.equal(again.userId, null);
    assert.equal(site.ofType("unsent").length + site.ofType("own").length, 0);
    assert.equal(site.ofType("$identify").length, 0);
  }));

test("optOut before the script is loaded: not even the first page view", () =>
  visit(browser, async ({ site, page }) => {
    const head = `<script>window.trackflow = []; trackflow.push(["optOut"])</script>`;
    site.serve("/", html({ head, title: "Asked" }));
    await page.goto(`${site.origin}/`);
    await beBusy(page);
    assert.equal(site.requests.length, 0);
    await page.evaluate(() => window.trackflow.optIn());
    const [view] = await site.wait("page_view");
    assert.equal(view.properties.title, "Asked");
  }));

test("optOut holds on a page whose storage is broken", () =>
  visit(browser, async ({ site, page }) => {
    const head = `<script>
      Storage.prototype.getItem = Storage.prototype.setItem = () => { throw new Error("no"); };
    </script>`;
    site.serve("/", html({ attributes: `data-auto="false"`, head }));
    await page.goto(`${site.origin}/`);
    await page.evaluate(() => {
      const { trackflow } = window;
      trackflow.optOut();
      trackflow.track("no");
      trackflow.optIn();
      trackflow.track("yes");
      trackflow.flush();
    });
    await site.wait("yes");
    assert.equal(site.ofType("no").length, 0);
  }));

test("optOut drops what was kept from before", () =>
  visit(browser, async ({ site, page }) => {
    site.serve("/", html({ attributes: `data-auto="false"` }));
    await page.goto(`${site.origin}/`);
    site.always = 500;
    await page.evaluate(() => window.trackflow.track("kept"));
    await page.evaluate(() => window.trackflow.flush());
    await page.waitForFunction(() => Object.keys(localStorage).length > 0);
    await page.evaluate(() => window.trackflow.optOut());
    assert.deepEqual(await stored(page), ["tf_o_your-api-key"]);
    site.always = undefined;
    await page.evaluate(() => window.trackflow.optIn());
    await page.evaluate(() => window.trackflow.track("new"));
    await site.wait("new");
    assert.equal(site.ofType("kept").length, 0);
  }));

test("localhost is counted only when asked for", () =>
  visit(browser, async ({ site, page }) => {
    site.serve("/", html({}));
    site.serve("/local", html({ attributes: "data-localhost" }));
    for (const origin of [site.local, site.local.replace("127.0.0.1", "localhost")]) {
      await page.goto(`${origin}/`);
      await beBusy(page);
    }
    await page.goto(`${site.local}/local`);
    await site.wait("page_view");
    assert.deepEqual(new Set(site.events.map((event) => event.pageUrl)),
      new Set([`${site.local}/local`]));
  }));

test("files are counted only when asked for", () =>
  visit(browser, async ({ site, page }) => {
    const folder = mkdtempSync(join(tmpdir(), "trackflow-page-"));
    try {
      for (const [name, attributes] of [["off", ""], ["on", "data-localhost"]]) {
        const text = html({ attributes }).replaceAll("TRACK", site.track);
        writeFileSync(join(folder, `${name}.html`), text);
        await page.goto(`file://${folder}/${name}.html`);
        await beBusy(page);
      }
      await site.wait("page_view");
      assert.ok(site.events.every((event) => event.pageUrl.endsWith("/on.html")));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }));
