// A page of a site of its own, in a real browser.
import assert from "node:assert/strict";
import { createServer } from "node:http";

import { chromium } from "playwright-core";

// Serves `page` at every path but those of `files`, opens `path` and hands the tab over. `allowed`
// is how many errors the page may throw.
export async function browse(page, path, visit, { files = {}, allowed = 0 } = {}) {
  const site = createServer((request, response) => {
    const file = files[request.url];
    response.setHeader("content-type", file ? "text/javascript" : "text/html");
    response.end(file ?? page);
  });
  await new Promise((done) => site.listen(0, "127.0.0.1", done));
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
    await tab.goto(`http://127.0.0.1:${site.address().port}${path}`);
    await visit(tab);
    assert.ok(errors.length <= allowed, errors.join("\n"));
  } finally {
    await browser.close();
    site.closeAllConnections();
    site.close();
  }
}
