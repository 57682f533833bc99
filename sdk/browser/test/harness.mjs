// A site, a server that records what it is sent, and a real browser.
//
// The site is http://site.test and the server http://track.test: the tracker works across origins
// and without a secure context, as it must.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const dist = join(dirname(fileURLToPath(import.meta.url)), "../dist");
export const KEY = "your-api-key";
export const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const DEADLINE_MS = 15_000;
const CORS = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Expose-Headers": "Retry-After",
};

/** Chromium, or a clear word on how to get it. */
export async function openBrowser() {
  const executablePath = process.env.CHROME_BIN ?? "/usr/bin/chromium";
  if (!existsSync(executablePath)) {
    throw new Error(
      `no Chromium at ${executablePath}: install it (apt-get install chromium) ` +
        "or say where it is with CHROME_BIN=/path/to/chrome",
    );
  }
  const args = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--host-resolver-rules=MAP *.test 127.0.0.1",
  ];
  // Playwright turns off the cache of whole pages, which has to be tested, too.
  const ignoreDefaultArgs = ["--disable-back-forward-cache"];
  return chromium.launch({ executablePath, args, ignoreDefaultArgs });
}

/** Polls until the answer is truthy. */
export async function until(what, ask) {
  const end = Date.now() + DEADLINE_MS;
  while (Date.now() < end) {
    const answer = await ask();
    if (answer) return answer;
    await sleep(20);
  }
  assert.fail(`waited ${DEADLINE_MS} ms for ${what}`);
}

/** A page with the tracker on it. */
export function page({ attributes = "", head = "", body = "", title = "A page", script = true }) {
  const tag = `<script defer src="TRACK/trackflow.js" data-key="${KEY}" ${attributes}></script>`;
  return `<!doctype html><html><head><meta charset="utf-8"><title>${title}</title>
${head}${script ? tag : ""}</head><body>${body}</body></html>`;
}

/** The site and the server, on one free port. */
export class Site {
  /** What came in at the endpoint: `{method, path, headers, at, events, status}`. */
  requests = [];
  /** What the endpoint answers next: a status, `{status, headers}` or "cut"; then 200. */
  answers = [];
  /** Answers every request like this, when set. */
  always = undefined;
  #pages = new Map();
  #blocked = new Set();

  static async open() {
    const site = new Site();
    site.server = createServer((request, response) => site.#answer(request, response));
    await new Promise((ready) => site.server.listen(0, "127.0.0.1", ready));
    const { port } = site.server.address();
    site.origin = `http://site.test:${port}`;
    site.track = `http://track.test:${port}`;
    site.local = `http://127.0.0.1:${port}`;
    return site;
  }

  close() {
    this.server.closeAllConnections();
    return new Promise((done) => this.server.close(done));
  }

  /** Serves HTML at a path of the site. `TRACK` stands for the server's address. */
  serve(path, html, headers = {}) {
    const text = html.replaceAll("TRACK", this.track);
    const type = path.endsWith(".js") ? "text/javascript" : "text/html";
    this.#pages.set(path, { text, headers: { "Content-Type": type, ...headers } });
  }

  /** Answers 404 for a path, as a blocker would. */
  block(path) {
    this.#blocked.add(path);
  }

  /** Everything that was received with success, in order. */
  get events() {
    return this.received.flatMap((request) => request.events);
  }

  get received() {
    return this.requests.filter(({ method, status }) => method === "POST" && status === 200);
  }

  ofType(type) {
    return this.events.filter((event) => event.eventType === type);
  }

  /** Waits for `count` events of a type. */
  async wait(type, count = 1) {
    return until(`${count} ${type}`, () => {
      const found = this.ofType(type);
      return found.length >= count && found;
    });
  }

  async #answer(request, response) {
    const { pathname, searchParams } = new URL(request.url, this.origin);
    const page = this.#pages.get(pathname);
    if (page && typeof page === "object") {
      response.writeHead(200, page.headers).end(page.text);
    } else if (/^\/\w+\.js$/.test(pathname) && !this.#blocked.has(pathname)) {
      const headers = { "Content-Type": "text/javascript" };
      response.writeHead(200, headers).end(readFileSync(join(dist, pathname)));
    } else if (/events|collect|for_user/.test(pathname)) {
      await this.#record(request, response, pathname, searchParams);
    } else {
      response.writeHead(404).end();
    }
  }

  async #record(request, response, path, query) {
    const { method, headers } = request;
    let text = "";
    try {
      for await (const piece of request) text += piece;
    } catch {
      return; // The page went away in the middle.
    }
    const next = method === "OPTIONS" ? 204 : this.answers.shift() ?? this.always ?? 200;
    const record = { method, path, query, headers, at: Date.now(), text };
    record.status = next === "cut" ? 0 : next.status ?? next;
    record.events = method === "POST" ? JSON.parse(text).events : [];
    this.requests.push(record);
    if (next === "cut") return request.socket.destroy();
    const body = JSON.stringify(next.body ?? { success: true });
    response.writeHead(record.status, { ...CORS, ...next.headers }).end(body);
  }
}

/** Runs a test with a site and a fresh profile; fails on any error the page saw. */
export async function visit(browser, work, { options = {}, expectErrors = false } = {}) {
  const site = await Site.open();
  const context = await browser.newContext(options);
  const errors = [];
  context.on("weberror", (error) => errors.push(String(error.error())));
  try {
    await work({ site, context, page: await context.newPage(), errors });
    if (!expectErrors) assert.deepEqual(errors, [], "the page saw errors");
  } finally {
    await context.close();
    await site.close();
  }
}
