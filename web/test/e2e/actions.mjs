// What a person does: filter by a line, take the filter away, change dates, open people, log out.

import { open, param, story, until } from './story.mjs';

export async function actions(page, site, failures) {
  await story('a line of a table filters everything', failures, async () => {
    await page.goto(`${site.url}/`);
    await page.getByRole('button', { name: /United States/ }).click();
    await until('the filter is in the address', () => param(page, 'f') === 'country~is~US');
    await page.getByRole('button', { name: 'Remove Country is United States' }).click();
    await until('the filter is gone', () => param(page, 'f') === null);
    await page.goBack();
    await until('back brings the filter back', () => param(page, 'f') === 'country~is~US');
  });

  await story('the range is chosen with the keyboard', failures, async () => {
    await page.goto(`${site.url}/`);
    await page.getByRole('button', { name: /Date range/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Last 7 days' }).waitFor();
    await open(page);
    await page.getByRole('button', { name: 'Last 7 days' }).focus();
    await page.keyboard.press('Enter');
    await until('the range is in the address', () => param(page, 'range') === '7d');
  });

  await story('the people behind a funnel open a profile', failures, async () => {
    await page.goto(`${site.url}/insights?kind=funnel&s=view_item&s=purchase`);
    await page.getByRole('button', { name: /dropped/ }).click();
    const first = page.getByRole('dialog').getByRole('listitem').first();
    await first.waitFor();
    await open(page);
    await first.getByRole('link').click();
    await page.getByText('Timeline').waitFor();
    await page.getByText('Last', { exact: true }).waitFor();
    await open(page);
  });

  await story('every kind of insight shows the people behind a number', failures, async () => {
    for (const address of ['?s=page_view&s=purchase', '?s=page_view&breakdown=country', '?kind=retention&s=&s=&range=14d', '?kind=stickiness&range=14d', '?kind=lifecycle&range=14d', '?kind=paths&range=7d', '?kind=funnel&s=view_item&s=purchase&breakdown=country']) {
      await page.goto(`${site.url}/insights${address}`);
      const figure = page.locator('main table button').first();
      await figure.click();
      await page.getByRole('dialog').getByRole('listitem').first().waitFor({ timeout: 8000 }).catch(() => { throw new Error(`nobody behind ${address}`); });
    }
  });

  await story('a new event is seen live', failures, async () => {
    await page.goto(`${site.url}/live`);
    await page.getByText('page_view').first().waitFor();
    const name = `smoke_${Date.now()}`;
    const sent = await fetch(`${site.api}/apiv1/events`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ event_type: name, user_id: 'smoke' }) });
    if (!sent.ok) throw new Error(`the event was answered ${sent.status}`);
    await page.getByText(name).first().waitFor({ timeout: 10_000 });
    await page.getByRole('button', { name }).first().click();
    await page.getByRole('dialog').getByText('event_id').waitFor();
    await open(page);
  });

  await story('a filter is made by hand', failures, async () => {
    await page.goto(`${site.url}/events?range=7d`);
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.getByRole('combobox', { name: 'Where' }).fill('Browser');
    await page.getByRole('option', { name: 'Browser', exact: true }).click();
    await page.getByPlaceholder('Value').fill('Chrome');
    await open(page);
    await page.keyboard.press('Enter');
    await until('the filter is in the address', () => param(page, 'f') === 'browser~is~Chrome');
  });

  await story('a table is downloaded', failures, async () => {
    await page.goto(`${site.url}/`);
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download pages as CSV' }).click()]);
    if (file.suggestedFilename() !== 'pages.csv') throw new Error(`the file is called ${file.suggestedFilename()}`);
  });

  if (site.token) await story('an owner sets up, makes a key, logs out and in again', failures, () => owner(page.context().browser(), site));

  await story('a wrong key is refused', failures, async () => {
    const context = await page.context().browser().newContext();
    const door = await context.newPage();
    await door.goto(`${site.url}/`);
    await door.getByRole('heading', { name: 'Log in' }).waitFor();
    const tab = door.getByText('Use a secret key');
    if (await tab.isVisible()) await tab.click();
    await door.getByPlaceholder('tf_s_…').fill('tf_s_wrong');
    await door.getByRole('button', { name: 'Log in' }).click();
    await door.getByText('That is not right').waitFor();
    await door.getByPlaceholder('tf_s_…').fill(site.key);
    await door.getByRole('button', { name: 'Log in' }).click();
    await door.getByRole('heading', { name: 'Overview' }).waitFor();
    await context.close();
  });
}

const PASSWORD = 'correct horse battery';

async function owner(browser, site) {
  const context = await browser.newContext();
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  await page.goto(`${site.url}/setup?token=${site.token}`);
  await page.getByLabel('Your name').fill('Ada');
  await page.locator('input[type=password]').fill(PASSWORD);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();

  await page.goto(`${site.url}/settings/keys`);
  await page.getByRole('button', { name: 'New key' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('From the smoke test');
  await open(page);
  await page.getByRole('button', { name: 'Make the key' }).click();
  await page.getByRole('dialog').getByText(/tf_w_\w{10}/).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('cell', { name: 'From the smoke test', exact: true }).waitFor();

  await page.goto(`${site.url}/settings`);
  await page.getByLabel('Name').fill('Smoke');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved').waitFor();
  for (const [path, text] of [['/settings/audit', 'From the smoke test'], ['/settings/users', 'ada@example.com'], ['/ingestion', 'The books balance'], ['/rejected', 'Rejected events']]) {
    await page.goto(site.url + path);
    await page.getByText(text).first().waitFor();
  }

  await page.getByRole('button', { name: /Ada/ }).click();
  await page.getByRole('menuitem', { name: 'Log out' }).click();
  await page.getByLabel('Email').fill('ada@example.com');
  await page.locator('input[type=password]').fill('not this one');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByText('That is not right').waitFor();
  await page.locator('input[type=password]').fill(PASSWORD);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('button', { name: /Ada/ }).waitFor();
  await context.close();
}
