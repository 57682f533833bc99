// What a person does on the pages that change something: roll a flag out, run a job, erase somebody.
import { open, story, until } from './story.mjs';

const send = (site, body) => fetch(`${site.api}/apiv1/events`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

/** What a program is told of a flag. */
async function asked(site, key, distinct_id, properties = {}) {
  const answer = await fetch(`${site.api}/api/v1/analytics/public/feature-flags/for_user/`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ distinct_id, properties }) });
  return (await answer.json())[key];
}

/** What the tracker of a page is told. */
async function tracked(browser, site, key) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.route('**/shop.html', (route) => route.fulfill({ contentType: 'text/html', body: `<!doctype html><title>Shop</title><script defer src="${site.api}/trackflow.js" data-key="${site.writeKey}"></script><script defer src="${site.api}/trackflow-flags.js" data-key="${site.writeKey}"></script>` }));
  await page.goto(`${site.api}/shop.html`);
  await until(`the tracker sees ${key}`, () => page.evaluate((name) => globalThis.trackflow?.flags?.isEnabled(name) ?? false, key));
  await context.close();
}

async function flags(page, site, failures) {
  await story('what is wrong with a flag stands beside its field', failures, async () => {
    await page.goto(`${site.url}/flags/new`);
    await page.getByLabel('Key', { exact: false }).first().fill('not allowed!');
    await page.getByRole('button', { name: 'Add variants' }).click();
    await page.getByLabel('Share of variant 1').fill('70');
    await page.getByLabel('Payload of variant 2').fill('{no json');
    await page.getByRole('button', { name: 'Make the flag' }).click();
    await page.getByText('this is no JSON').waitFor();
    await page.getByLabel('Payload of variant 2').fill('{"ok": true}');
    await page.getByRole('button', { name: 'Make the flag' }).click();
    await page.getByRole('alert').getByText('it must be of letters').waitFor();
    await page.getByRole('alert').getByText('it must be 100').waitFor();
    await open(page);
  });

  await story('a flag is rolled out and seen by the tracker', failures, async () => {
    await page.goto(`${site.url}/flags`);
    await page.getByRole('button', { name: 'New flag' }).click();
    await page.getByLabel('Key', { exact: false }).first().fill('one_click');
    await page.getByRole('textbox', { name: 'Percentage of condition 1' }).fill('0');
    await page.getByRole('button', { name: 'Make the flag' }).click();
    await page.getByRole('heading', { name: 'one_click' }).waitFor();
    if ((await asked(site, 'one_click', 'ada')).active) throw new Error('a flag for nobody is on');
    await page.getByRole('textbox', { name: 'Percentage of condition 1' }).fill('100');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Version 2').waitFor();
    await until('the server answers on', async () => (await asked(site, 'one_click', 'ada')).active);
    await tracked(page.context().browser(), site, 'one_click');
    await page.getByRole('tab', { name: 'History' }).click();
    await page.getByText('rollout_percentage').first().waitFor();
  });

  await story('a flag is tested, switched off, archived and removed', failures, async () => {
    await page.goto(`${site.url}/flags/1?tab=test&who=ada`);
    await page.getByRole('button', { name: 'Add a property' }).click();
    await page.getByLabel('Name of property 1').fill('email');
    await page.getByLabel('Value of property 1').fill('ada@example.com');
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    await page.getByText('because a condition holds').waitFor();
    await page.getByText('#0b8a6a').waitFor();
    await open(page);
    await page.goto(`${site.url}/flags?q=one_click`);
    await page.getByLabel('one_click is on').focus();
    await page.keyboard.press('Space');
    await until('the flag is off', async () => (await asked(site, 'one_click', 'ada')).reason === 'flag_disabled');
    await page.getByRole('link', { name: 'one_click' }).click();
    await page.getByRole('button', { name: 'Archive' }).click();
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await open(page);
    await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByRole('heading', { name: 'Feature flags' }).waitFor();
    await page.getByText('No such flag').or(page.getByText('checkout_button')).first().waitFor();
  });
}

async function office(page, site, failures) {
  await story('a job is run', failures, async () => {
    await page.goto(`${site.url}/jobs`);
    await page.getByRole('button', { name: 'Run now: compact' }).click();
    await until('it has run', () => page.getByRole('row', { name: /compact/ }).getByText(/\d+s ago/).isVisible());
  });

  await story('a person is found, read, and erased with a receipt', failures, async () => {
    const id = `gone-${Date.now()}`;
    await send(site, { event_type: 'page_view', user_id: id });
    await page.goto(`${site.url}/people`);
    await page.getByLabel('Any id of a person').fill(id);
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByText('Timeline').waitFor();
    await until('the timeline has the event', async () => {
      if (await page.getByRole('cell', { name: 'page_view' }).first().isVisible()) return true;
      await page.reload();
      await page.getByText('Timeline').or(page.getByText('Nobody is known')).first().waitFor();
      return false;
    });
    await page.getByRole('link', { name: 'Erase this person' }).click();
    await page.getByRole('button', { name: 'Erase', exact: true }).click();
    await open(page);
    await page.getByRole('button', { name: 'Erase for good' }).click();
    await page.getByRole('dialog').getByText('Stored events').waitFor();
    await until('it is done', () => page.getByRole('dialog').getByText('done', { exact: true }).isVisible());
    await open(page);
    await page.goto(`${site.url}/people/${id}`);
    await page.getByText('Nobody is known by this id').waitFor();
  });

  await story('consent is kept', failures, async () => {
    await page.goto(`${site.url}/privacy?consent=someone`);
    await page.getByRole('button', { name: 'No', exact: true }).click();
    await page.getByText(/said no,/).waitFor();
    const refused = await send(site, { event_type: 'page_view', user_id: 'someone' });
    if (refused.ok && !(await refused.text()).includes('consent')) throw new Error('an event of somebody who said no was taken');
  });

  await story('settings are kept', failures, async () => {
    await page.goto(`${site.url}/settings/retention`);
    await page.getByLabel('A year', { exact: true }).click();
    await page.getByText(/Nothing goes now|events from before/).waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved').waitFor();
    await page.goto(`${site.url}/settings/collecting`);
    await page.getByRole('combobox', { name: 'Addresses (IP)' }).click();
    await page.getByRole('option', { name: 'Hashed' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved').waitFor();
    await page.reload();
    await page.getByText('With a key that changes every day').waitFor();
  });

  await story('live comes back where it stopped', failures, async () => {
    await page.goto(`${site.url}/live`);
    await page.getByText('as they come').waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('paused').waitFor();
    const name = `while_paused_${Date.now()}`;
    await send(site, { event_type: name, user_id: 'smoke' });
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByText(name).first().waitFor();
  });
}

export async function stories(page, site, failures) {
  await flags(page, site, failures);
  await office(page, site, failures);
}
