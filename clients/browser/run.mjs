// PostHog's browser library in a real browser: page views, a custom event, identify, and what is
// sent when the page goes away.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";

import { chromium } from "playwright-core";

import { ask, event, events, eventually, has, url, writeKey } from "../product.mjs";

const script = createRequire(import.meta.url).resolve("posthog-js/dist/array.full.no-external.js");
const page = `<!doctype html><title>A shop</title><script src="/posthog.js"></script><script>
posthog.init(${JSON.stringify(writeKey)}, {
  api_host: ${JSON.stringify(url)}, opt_out_useragent_filter: true, persistence: "localStorage", person_profiles: "always",
  disable_session_recording: true, autocapture: false, capture_pageview: true, capture_pageleave: true,
});
</script><h1>A shop</h1>`;
const site = createServer((request, response) => {
  const isScript = request.url === "/posthog.js";
  response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
  response.end(isScript ? readFileSync(script) : page);
});
await new Promise((done) => site.listen(0, "127.0.0.1", done));
const address = `http://127.0.0.1:${site.address().port}/pricing?utm_source=news`;

const browser = await chromium.launch({
  executablePath: process.env.CHROME_BIN ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
  ],
});
try {
  const tab = await browser.newPage();
  const errors = [];
  tab.on("pageerror", (error) => errors.push(String(error)));
  await tab.goto(address);
  await tab.evaluate(() => {
    posthog.capture("js custom", { plan: "pro" });
    posthog.identify("js-user", { email: "js@example.com" });
    posthog.capture("js after");
  });
  const view = await event("$pageview");
  has(view, { dialect: "posthog", source: "web", page_path: "/pricing", utm_source: "news", page_title: "A shop" });
  const custom = await event("js custom");
  has(custom.properties, { plan: "pro" });
  has(await event("js after"), { user_id: "js-user", distinct_id: "js-user", session_id: custom.session_id });
  await tab.goto("about:blank");
  await events("$pageleave");
  const person = await eventually("the person has a name", async () => {
    const person = await ask({ kind: "person", id: custom.distinct_id });
    return person.person.properties.email === "js@example.com" && person;
  });
  assert.ok(person);
  assert.deepEqual(errors, []);
} finally {
  await browser.close();
  site.close();
}
