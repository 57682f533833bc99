// The built files: small, and built from what is here.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { buildModule, buildScripts } from "../build.mjs";
import { dist, openBrowser, page as html, visit } from "./harness.mjs";

const SIZE_MAX = { "trackflow.js": 3072, "flags.js": 1280 };

const folder = mkdtempSync(join(tmpdir(), "trackflow-dist-"));
let browser;
before(async () => { browser = await openBrowser(); });
after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

for (const [name, max] of Object.entries(SIZE_MAX)) {
  test(`${name} is at most ${max} bytes with gzip -9`, () => {
    const size = gzipSync(readFileSync(join(dist, name)), { level: 9 }).length;
    assert.ok(size <= max, `${name} has ${size} bytes, the limit is ${max}`);
  });
}

test("the committed files are what the sources give", async () => {
  await buildScripts(folder);
  for (const name of Object.keys(SIZE_MAX)) {
    const [built, committed] = [folder, dist].map((from) => readFileSync(join(from, name), "utf8"));
    assert.equal(built, committed, `dist/${name} is old: npm run build`);
  }
});

test("the module works in a bundle and does nothing outside a browser", async () => {
  await buildModule(folder);
  const types = readFileSync(join(folder, "index.d.ts"), "utf8");
  assert.match(types, /export declare function init\(options: Options\): Tracker;/);
  assert.doesNotMatch(types, /from "\./, "the types are one file");

  const { init } = await import(join(folder, "index.js"));
  for (const options of [{ key: "k", host: "http://nowhere.test" }, {}, undefined]) {
    const tracker = init(options);
    for (const method of ["track", "identify", "reset", "optOut", "optIn", "flush"]) {
      tracker[method]("x");
    }
  }

  await visit(browser, async ({ site, page }) => {
    site.serve("/index.js", readFileSync(join(folder, "index.js"), "utf8"));
    const body = `<script type="module">
      import { init } from "/index.js";
      const tracker = init({ key: "your-api-key", host: "TRACK" });
      window.isSame = tracker === init({ key: "your-api-key", host: "TRACK/" });
      tracker.identify("ada");
      init().track("without options");
    </script>`;
    site.serve("/", html({ script: false, body }));
    await page.goto(`${site.origin}/`);
    const [view] = await site.wait("page_view");
    assert.equal(view.userId, "ada");
    assert.equal(site.ofType("page_view").length, 1);
    assert.equal(await page.evaluate(() => window.isSame), true);
  });
});
