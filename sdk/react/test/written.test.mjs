// Applications written before this package: their code as it stands, on path aliases, before the
// real server.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as kit from "../dist/index.js";
import { bundle, importOf, openBrowser, openSite, startServer, until } from "./harness.mjs";

const OWN = {
  "@/hooks/useAnalytics": "written/useAnalytics.ts",
  "@/types/analytics": "written/types.ts",
};
const SNIPPETS = { "with this package's hook": {}, "with a hook of its own": OWN };

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

/** A fresh server, site and profile; `said` is what the page wrote to its console. */
async function visit(script, query, work) {
  const server = await startServer();
  const site = await openSite(server, script);
  const context = await browser.newContext();
  const said = [];
  context.on("weberror", (error) => assert.fail(String(error.error())));
  context.on("console", (message) => said.push(message.text()));
  const page = await context.newPage();
  const open = (more = "") => page.goto(`${site.url}/?${query}${more}`);
  try {
    await work({ server, site, page, said, open });
  } finally {
    await context.close();
    await site.close();
    await server.stop();
  }
}

const heard = (said, text) => until(text, () => said.some((line) => line.includes(text)));

for (const [name, own] of Object.entries(SNIPPETS)) {
  test(`hooks and components: ${name}`, async () => {
    await visit(await bundle("written/main.tsx", own), "utm_campaign=spring", async (given) => {
      const { server, site, page, said, open } = given;
      await open();
      const [viewed] = await server.events("asset_viewed");
      const session = await page.evaluate(() => localStorage.getItem("analytics_session_id"));
      assert.equal(viewed.session_id, session);
      assert.equal(viewed.utm_campaign, "spring");
      assert.equal(viewed.entity_type, "asset");
      assert.equal(viewed.entity_id, "cjld2cjxh0001qzrmn831i7rn");
      await heard(said, "Event tracked:");

      await page.locator("#card div").dispatchEvent("click");
      const [, card] = await server.events("asset_viewed", 2);
      assert.equal(card.properties.assetCategory, "logo");
      assert.equal(card.utm_campaign, "spring");

      await page.getByText("Sign").click();
      await server.events("license_signed");
      const key = await page.evaluate(
        () => localStorage.getItem("license_signed_cjld2cjxh0002qzrmn831i7rn"));
      const sent = site.requests.map(({ body }) => body).find((body) => body.includes(key));
      assert.equal(JSON.parse(sent).idempotencyKey, key);

      await page.getByText("Scroll").click();
      const [scrolled] = await server.events("post_scroll_depth");
      assert.equal(scrolled.properties.scrollDepthPercentage, 90);

      await page.getByText("Look").click();
      const [looked] = await server.events("page_viewed");
      assert.equal(looked.session_id, session);

      await page.getByText("Gather").click();
      for (const n of [1, 2, 3]) await server.events(`gathered_${n}`);
      assert.equal((await server.events("post_scroll_depth")).length, 1);
    });
  });
}

test("errors come as @trpc/client has them", async () => {
  await visit(await bundle("written/main.tsx"), "", async ({ site, page, said, open }) => {
    await open();
    await page.getByText("Fail").click();
    await heard(said, "Invalid event data:");
    await heard(said, "Validation errors:");
    await heard(said, "[Analytics] Event tracking failed:");
    const codes = { 401: "queue", 429: "retry", 500: "retry", 504: "retry" };
    for (const [status, whom] of Object.entries(codes)) {
      said.length = 0;
      site.answers = [Number(status)];
      await page.getByText("Look").click();
      await heard(said, `told to ${whom}`);
    }
    said.length = 0;
    site.answers = [403];
    await page.getByText("Look").click();
    await heard(said, "Permission denied for event tracking");
    site.answers = ["cut", "cut"];
    await page.getByText("Look").click();
    await heard(said, "Unknown error tracking event:");
  });
});

test("a queue of the application's own goes in chunks of fifty", async () => {
  await visit(await bundle("written/main.tsx"), "", async (given) => {
    const { server, site, page, said, open } = given;
    await open();
    await page.evaluate(() => {
      const events = Array.from({ length: 120 }, (_, n) =>
        ({ eventType: `kept_${n}`, idempotencyKey: crypto.randomUUID() }));
      events[60].eventType = "post_viewed";
      localStorage.setItem("queued_events", JSON.stringify(events));
    });
    await page.getByText("Sync").click();
    await heard(said, "Synced 20/20 events");
    assert.deepEqual(said.filter((line) => line.startsWith("Synced")),
      ["Synced 50/50 events", "Synced 49/50 events", "Synced 20/20 events"]);
    const left = await page.evaluate(() => JSON.parse(localStorage.getItem("queued_events")));
    assert.deepEqual(left.map(({ eventType }) => eventType), ["post_viewed"]);
    const batches = site.requests.filter(({ path }) => path.endsWith("trackBatch"));
    assert.equal(batches.length, 3);
    for (const n of [0, 49, 50, 119]) await server.events(`kept_${n}`);
  });
});

test("an admin sees the pipeline and flushes it", async () => {
  await visit(await bundle("written/main.tsx"), "", async ({ server, page, open }) => {
    await open(`&token=${server.secretKey}`);
    await page.getByText("Event Ingestion Pipeline").waitFor();
    await page.getByText(/Buffer Size: \d+ events/).waitFor();
    const said = page.waitForEvent("console", (message) => /flushed/.test(message.text()));
    await page.getByText("Force Flush Buffer").click();
    assert.equal((await said).text(), "Event buffer flushed successfully");
  });
});

test("the portal's call and dashboard", async () => {
  await visit(await bundle("written/portal.tsx"), "", async ({ server, site, page, open }) => {
    site.key = server.secretKey;
    await open();
    const [view] = await server.events("view");
    assert.equal(view.properties.contentId, "post-123");
    await page.reload();
    await page.getByText("Events over time", { exact: true }).waitFor();
    await page.locator(".tfd-cut, td, th").getByText("post-123").first().waitFor();
  });
});

test("the vocabulary that applications copied is the one here", async () => {
  const copied = await importOf("written/types.ts");
  for (const name of ["EVENT_TYPES", "EVENT_SOURCES", "ENTITY_TYPES"]) {
    assert.deepEqual(Object.entries(kit[name]), Object.entries(copied[name]));
  }
});
