// A real server with made-up data, and the built dashboard in front of it.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { preview } from 'vite';

const root = resolve(import.meta.dirname, '../..');

function binary() {
  const named = process.env.E2E_BIN;
  const target = process.env.CARGO_TARGET_DIR ?? join(root, '../target');
  const places = [named, join(target, 'debug/trackflow'), join(target, 'release/trackflow')];
  const found = places.find((place) => place && existsSync(place));
  if (!found) throw new Error('there is no trackflow: build it, or name it in E2E_BIN');
  return found;
}

function freePort() {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.on('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

async function ready(url) {
  const until = Date.now() + 20_000;
  while (Date.now() < until) {
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    if (answer?.ok) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`${url} was not ready within 20 s`);
}

async function measure(url) {
  const pages = ['/', '/search', '/pricing', '/product/oak-chair'];
  const events = Array.from({ length: 80 }, (_, i) => ({
    event_type: 'performance',
    user_id: `visitor-${i % 20}`,
    properties: { page: pages[i % 4], loadTime: 900 + i * 31, ttfb: 80 + i * 9, fcp: 500 + i * 17, lcp: 1100 + i * 33, inp: 40 + i * 4, cls: (i % 20) / 100 },
  }));
  const answer = await fetch(`${url}/apiv1/events/batch`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(events) });
  if (!answer.ok) throw new Error(`measurements were answered ${answer.status}`);
}

/** What people would have made by hand: flags of several kinds. */
async function prepare(url, key) {
  const make = async (path, body) => {
    const answer = await fetch(url + path, { method: 'POST', headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${key}` }, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path} was answered ${answer.status}: ${await answer.text()}`);
    return answer.json();
  };
  const flags = '/api/v1/analytics/admin/feature-flags/';
  await make(flags, {
    key: 'checkout_button', name: 'Colour of the button', description: 'Which colour makes more people pay.',
    filters: {
      groups: [
        { properties: [{ key: 'plan', type: 'person', operator: 'exact', value: ['pro', 'team'] }, { key: 'age', type: 'person', operator: 'gte', value: 18 }], rollout_percentage: 50 },
        { properties: [{ key: 'email', type: 'person', operator: 'ends_with', value: '@example.com' }], rollout_percentage: 100, variant: 'green' },
      ],
      multivariate: { variants: [{ key: 'control', name: 'As it was', rollout_percentage: 50 }, { key: 'green', name: 'Green', rollout_percentage: 50 }] },
      payloads: { green: { color: '#0b8a6a' } },
    },
    schedule: [{ at: new Date(Date.now() + 20 * 86_400_000).toISOString(), active: false }],
  });
  await make(flags, { key: 'quick_search', name: 'Search as you type', rollout_percentage: 25 });
  await make(flags, { key: 'free_shipping', active: false, filters: { groups: [{ properties: [{ key: 'quick_search', type: 'flag', operator: 'flag_evaluates_to', value: true }] }] } });
  await make(flags, { key: 'old_header', archived: true });
}

/** Starts both; gives the address of the dashboard, a secret key, and what stops it. */
export async function start() {
  if (process.env.E2E_URL && process.env.E2E_KEY) {
    const site = await front(process.env.E2E_URL);
    return { url: site.url, api: process.env.E2E_URL, key: process.env.E2E_KEY, stop: site.close };
  }
  const data = mkdtempSync(join(tmpdir(), 'trackflow-e2e-'));
  const bin = binary();
  const run = (...args) => execFileSync(bin, [...args, '--data', data], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  run('demo', '--events', '30000');
  const key = /tf_s_\w+/.exec(run('key', 'new'))?.[0];
  if (!key) throw new Error('trackflow key new printed no secret key');
  const writeKey = /tf_w_\w+/.exec(run('key', 'new', '--kind', 'write'))?.[0];
  const token = /setup\?token=(\w+)/.exec(run('user', 'invite', 'ada@example.com', '--role', 'owner'))?.[1];
  if (!token) throw new Error('trackflow user invite printed no link');
  const port = await freePort();
  const api = `http://127.0.0.1:${port}`;
  const child = spawn(bin, ['serve', '--data', data, '--listen', `127.0.0.1:${port}`], { stdio: ['ignore', 'ignore', 'ignore'] });
  await ready(api);
  await measure(api);
  await prepare(api, key);
  const site = await front(api);
  const stop = async () => {
    await site.close();
    const gone = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    await gone;
    rmSync(data, { recursive: true, force: true });
  };
  return { url: site.url, api, key, writeKey, token, stop };
}

/** The server itself where it has the dashboard in it, else a preview of the build. */
async function front(api) {
  const own = process.env.FRONT === 'build' ? null : await fetch(`${api}/app/`, { headers: { Accept: 'text/html' } }).catch(() => null);
  if (own?.ok && (await own.text()).includes('id="root"')) return { url: `${api}/app`, close: async () => {} };
  const proxy = Object.fromEntries(['/api', '/apiv1', '/docs', '/trackflow.js', '/trackflow-flags.js', '/flags'].map((path) => [path, { target: api, changeOrigin: false }]));
  const site = await preview({ root, logLevel: 'error', preview: { host: '127.0.0.1', port: await freePort(), proxy } });
  return { url: `${site.resolvedUrls.local[0].replace(/\/$/, '')}`, close: () => site.close() };
}
