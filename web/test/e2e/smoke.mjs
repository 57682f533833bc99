// Opens every page against a real server: content, no errors in the console, no serious barrier.
// SHOTS names a folder for pictures; ONLY a part of the names of pages to look at, or actions.
import { mkdirSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { actions } from './actions.mjs';
import { barriers } from './barriers.mjs';
import { answerFor, revenue } from './fixtures.mjs';
import { ADMIN, OPEN } from './pages.mjs';
import { stories } from './stories.mjs';
import { start } from './server.mjs';

const ARGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const VIEWS = [
  { name: 'light', colorScheme: 'light', viewport: { width: 1360, height: 900 } },
  { name: 'dark', colorScheme: 'dark', viewport: { width: 1360, height: 900 } },
  { name: 'phone', colorScheme: 'light', viewport: { width: 390, height: 844 }, hasTouch: true },
];
const shots = process.env.SHOTS;
const only = process.env.ONLY ?? '';
const failures = [];

async function settled(page) {
  await page.waitForFunction(() => document.querySelector('main') && !document.querySelector('main [aria-busy="true"], main .mantine-Skeleton-root'), null, { timeout: 15_000 });
}

async function visit(page, url, { name, path, has }, view) {
  const wrong = [];
  const onConsole = (message) => message.type() === 'error' && !/status of 40[134]/.test(message.text()) && wrong.push(`console: ${message.text()}`);
  const onError = (error) => wrong.push(`page: ${error.message}`);
  page.on('console', onConsole);
  page.on('pageerror', onError);
  try {
    await page.goto(url + path);
    await page.waitForSelector('main');
    await settled(page);
    for (const text of has) await page.getByText(text, { exact: false }).first().waitFor({ state: 'attached', timeout: 8000 });
    await page.evaluate(() => document.fonts.ready);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wide > 1) wrong.push(`the page is ${wide} px wider than the window`);
    wrong.push(...(await barriers(page)));
  } catch (error) {
    wrong.push(error.message.split('\n')[0]);
  }
  if (shots) await page.screenshot({ path: `${shots}/${name}-${view}.png`, fullPage: true });
  page.off('console', onConsole);
  page.off('pageerror', onError);
  for (const one of wrong) failures.push(`${name} (${view}): ${one}`);
  process.stdout.write(wrong.length === 0 ? '.' : 'x');
}

async function withFixtures(page) {
  await page.route(/\/api\/v1\/(auth|keys|users|invites|settings|audit|admin)/, (route) => {
    const body = answerFor(route.request().method(), route.request().url());
    return body ? route.fulfill({ json: body }) : route.fulfill({ status: 404, json: { detail: 'not here' } });
  });
}

async function round(browser, site, view) {
  const options = { colorScheme: view.colorScheme, viewport: view.viewport, hasTouch: view.hasTouch, timezoneId: 'America/New_York', locale: 'en-US' };
  const outside = await browser.newContext(options);
  const door = await outside.newPage();
  const wanted = (page) => page.name.includes(only);
  for (const page of [{ name: 'login', path: '/', has: ['Log in to TrackFlow'] }].filter(wanted)) await visit(door, site.url, page, view.name);
  await outside.close();

  const inside = await browser.newContext(options);
  inside.setDefaultTimeout(15_000);
  const page = await inside.newPage();
  await page.addInitScript((key) => sessionStorage.setItem('trackflow.key', key), site.key);
  for (const one of OPEN.filter(wanted)) await visit(page, site.url, one, view.name);
  if (view.name === 'light' && (only === '' || only === 'actions')) {
    await actions(page, site, failures);
    await stories(page, site, failures);
  }
  await inside.close();

  const owner = await browser.newContext(options);
  const office = await owner.newPage();
  await withFixtures(office);
  await office.route('**/api/v1/query', async (route) => {
    const question = route.request().postDataJSON();
    if (question.kind === 'revenue') return route.fulfill({ json: revenue });
    return route.continue({ headers: { ...route.request().headers(), authorization: `Bearer ${site.key}` } });
  });
  for (const one of ADMIN.filter(wanted)) await visit(office, site.url, one, view.name);
  await owner.close();
}

if (shots) mkdirSync(shots, { recursive: true });
const site = await start();
const browser = await chromium.launch({ executablePath: process.env.CHROME_BIN ?? '/usr/bin/chromium', args: ARGS });
try {
  for (const view of VIEWS.filter((one) => !process.env.VIEW || one.name === process.env.VIEW)) await round(browser, site, view);
} finally {
  await browser.close();
  await site.stop();
}
process.stdout.write('\n');
if (failures.length > 0) {
  console.error([...new Set(failures)].join('\n'));
  process.exit(1);
}
