// One thing a person does, and what it waits for.
import { barriers } from './barriers.mjs';

export async function story(name, failures, act) {
  try {
    await act();
    process.stdout.write('.');
  } catch (error) {
    failures.push(`${name}: ${error.message.split('\n').slice(0, 3).join(' ')}`);
    process.stdout.write('x');
  }
}

/** What opens over a page can be used by everybody, too. */
export async function open(page) {
  await page.waitForFunction(() => document.getAnimations().every((one) => one.playState !== 'running'));
  const found = await barriers(page);
  if (found.length > 0) throw new Error(found.join('; '));
}

export const param = (page, name) => new URL(page.url()).searchParams.get(name);

export async function until(what, check) {
  const deadline = Date.now() + 8000;
  while (Date.now() < deadline) {
    if (await check()) return;
    await new Promise((done) => setTimeout(done, 25));
  }
  throw new Error(`never happened: ${what}`);
}
