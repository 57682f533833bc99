// The tracker of the server under test, on a page of another origin, in a real browser.
import assert from "node:assert/strict";

import { event, events, has, writeKey, url } from "../product.mjs";
import { browse } from "./browse.mjs";

const page = `<!doctype html><title>A shop</title>
<script defer src="${url}/trackflow.js" data-key="${writeKey}" data-localhost></script>
<h1>A shop</h1><button id="buy">Buy</button>`;

await browse(page, "/pricing?utm_source=news", async (tab) => {
  const view = await event("page_view");
  has(view, {
    dialect: "trackflow", source: "web", page_path: "/pricing", utm_source: "news",
    page_title: "A shop", device_type: "desktop",
  });
  await tab.click("#buy");
  has((await event("click")).properties, { tag: "BUTTON", id: "buy" });
  await tab.evaluate(() => history.pushState({}, "", "/cart"));
  assert.deepEqual((await events("page_view", 2)).map((view) => view.page_path), ["/pricing", "/cart"]);
  await tab.evaluate(() => {
    trackflow.identify("tracker-user", { plan: "pro" });
    trackflow.track("checkout", { total: 12.5 });
    setTimeout(() => {
      throw new Error("a bug of the shop");
    });
  });
  has(await event("checkout"), { user_id: "tracker-user", distinct_id: "tracker-user" });
  has((await event("error")).properties, { message: "Uncaught Error: a bug of the shop" });
  const { loadTime, domContentLoaded } = (await event("performance")).properties;
  assert.ok(domContentLoaded > 0 && loadTime >= domContentLoaded, `${loadTime} ${domContentLoaded}`);
}, { allowed: 1 });
