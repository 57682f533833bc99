// The dashboard over made-up data: content, barriers, width. SHOTS names a folder for pictures.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { axe, bundle, openBrowser, openSite, startServer } from "./harness.mjs";

const VIEWS = {
  light: { colorScheme: "light", viewport: { width: 1280, height: 900 } },
  dark: { colorScheme: "dark", viewport: { width: 1280, height: 900 } },
  phone: { colorScheme: "light", viewport: { width: 390, height: 844 } },
};
const shots = process.env.SHOTS;

let browser;
let server;
let site;
before(async () => {
  browser = await openBrowser();
  server = await startServer({ demo: 20_000 });
  site = await openSite(server, await bundle("main.tsx"));
  if (shots) mkdirSync(shots, { recursive: true });
});
after(async () => {
  await browser?.close();
  await site?.close();
  await server?.stop();
});

/** Whether nobody is kept out: no serious finding of axe. */
async function assertOpen(page) {
  await page.evaluate(axe());
  const found = await page.evaluate(async () => (await window.axe.run(document)).violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes[0].html}`));
  assert.deepEqual(found, []);
  const wide = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 1, `the page is ${wide} px wider than the window`);
}

async function visit(view, query, work) {
  const context = await browser.newContext({ ...VIEWS[view], locale: "en-US" });
  const page = await context.newPage();
  const errors = [];
  context.on("weberror", (error) => errors.push(String(error.error())));
  try {
    await page.goto(`${site.url}/?dashboard&${query}`);
    await work(page);
    if (shots) await page.screenshot({ path: `${shots}/${view}-${query.slice(0, 5)}.png`, fullPage: true });
    assert.deepEqual(errors, []);
  } finally {
    await context.close();
  }
}

for (const view of Object.keys(VIEWS)) {
  test(`all figures: ${view}`, () =>
    visit(view, `token=${server.secretKey}`, async (page) => {
      for (const title of ["Events over time", "Top events", "Funnel", "Retention", "Latest events"]) {
        await page.getByText(title, { exact: true }).first().waitFor();
      }
      await page.waitForFunction(() => !document.querySelector(".tfd-bone"));
      assert.ok(await page.locator(".tfd-funnel li").count() === 4);
      assert.ok(await page.locator(".tfd-cell").count() > 3);
      await assertOpen(page);
    }));
}

test("without a log-in it says so", () =>
  visit("light", "", async (page) => {
    await page.getByText("Log in to see these figures.").waitFor();
    await assertOpen(page);
  }));
