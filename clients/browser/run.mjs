// PostHog's browser library in a real browser: page views, a custom event, identify, and what is
// sent when the page goes away. A visitor counts before and after the log-in as one.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { ask, event, events, eventually, has, url, writeKey } from "../product.mjs";
import { browse } from "./browse.mjs";

const script = createRequire(import.meta.url).resolve("posthog-js/dist/array.full.no-external.js");
const files = { "/posthog.js": readFileSync(script) };
const page = `<!doctype html><title>A shop</title><script src="/posthog.js"></script><script>
posthog.init(${JSON.stringify(writeKey)}, {
  api_host: ${JSON.stringify(url)}, opt_out_useragent_filter: true, persistence: "localStorage",
  disable_session_recording: true, autocapture: false, capture_pageview: true, capture_pageleave: true,
});
</script><h1>A shop</h1>`;

await browse(
  page,
  "/pricing?utm_source=news",
  async (tab) => {
    await tab.evaluate(() => {
      posthog.capture("js custom", { plan: "pro" });
      posthog.identify("js-user", { email: "js@example.com" });
      posthog.capture("js after");
    });
    const view = await event("$pageview");
    has(view, {
      dialect: "posthog", source: "web", page_path: "/pricing", utm_source: "news", page_title: "A shop",
    });
    const custom = await event("js custom");
    has(custom.properties, { plan: "pro" });
    has(await event("js after"), {
      user_id: "js-user", distinct_id: "js-user", session_id: custom.session_id,
    });
    await tab.goto("about:blank");
    await events("$pageleave");
    await eventually("the person has a name", async () => {
      const { person } = await ask({ kind: "person", id: custom.distinct_id });
      return person.properties.email === "js@example.com";
    });
    const counts = await ask({ kind: "counts", range: { last: "24h" } });
    assert.equal(counts.unique_persons, 1, JSON.stringify(counts));
  },
  { files },
);
