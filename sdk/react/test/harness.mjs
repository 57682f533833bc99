// The real server, a site in front of it, and a real browser.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, request as forward } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { chromium } from "playwright-core";

export const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, "../../..");
const DEADLINE_MS = 20_000;

/** Polls until the answer is truthy. */
export async function until(what, ask) {
  const end = Date.now() + DEADLINE_MS;
  while (Date.now() < end) {
    const answer = await ask();
    if (answer) return answer;
    await sleep(30);
  }
  assert.fail(`waited ${DEADLINE_MS} ms for ${what}`);
}

function binary() {
  const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
  const places = [process.env.E2E_BIN, join(target, "debug/trackflow"), join(target, "release/trackflow")];
  const found = places.find((place) => place && existsSync(place));
  if (!found) throw new Error("there is no trackflow: build it, or name it in E2E_BIN");
  return found;
}

/** A server on a free port with a folder of its own; `demo` is a number of made-up events. */
export async function startServer({ demo = 0, options = [] } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "trackflow-react-"));
  const data = join(folder, "data");
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith("TRACKFLOW_")),
  );
  const run = (...args) => execFileSync(binary(), [...args, "--data", data], { encoding: "utf8", env });
  if (demo) run("demo", "--events", String(demo));
  const made = demo ? run("key", "new") : "";
  const set = options.flatMap((option) => ["--set", option]);
  const args = ["serve", "--listen", "127.0.0.1:0", "--data", data, ...set];
  const child = spawn(binary(), args, { stdio: ["ignore", "pipe", "pipe"], env });
  let out = "";
  let log = made;
  child.stdout.on("data", (piece) => (out += piece));
  child.stderr.on("data", (piece) => (log += piece));
  const url = await until("the server", () => {
    assert.equal(child.exitCode, null, log);
    return /^listening on (\S+)/m.exec(out)?.[1];
  });
  const key = (kind) => new RegExp(`tf_${kind}_\\w+`).exec(log)?.[0];
  const server = {
    url,
    get writeKey() { return key("w"); },
    get secretKey() { return key("s"); },
    async ask(question) {
      const headers = { authorization: `Bearer ${key("s")}`, "content-type": "application/json" };
      const body = JSON.stringify(question);
      const answer = await fetch(`${url}/api/v1/query`, { method: "POST", headers, body });
      const json = await answer.json();
      assert.equal(answer.status, 200, JSON.stringify(json));
      return json.result;
    },
    /** The events of a type, oldest first, once there are `count`. */
    async events(event, count = 1) {
      const question = { kind: "events", event, range: { last: "60d" }, order: "oldest", limit: 1000 };
      return until(`${count} of ${event}`, async () => {
        const { events } = await server.ask(question);
        return events.length >= count && events;
      });
    },
    async stop() {
      const gone = new Promise((done) => child.once("exit", done));
      child.kill("SIGTERM");
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await until("the keys", () => server.secretKey);
  return server;
}

const app = join(here, "app");
const index = join(here, "../dist/index.js");

/** Bundles the app, with the aliases an application has; `own` are files of its own instead. */
export async function bundle(entry, own = {}) {
  const { outputFiles } = await build({
    entryPoints: [join(app, entry)],
    bundle: true,
    write: false,
    format: "iife",
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"development"' },
    alias: {
      "@/lib/trpc": index,
      "@/types/analytics": index,
      "@/hooks/useAnalytics": index,
      "@trpc/client": index,
      "@trackflow/react": index,
      lodash: join(app, "written/lodash.ts"),
      uuid: join(app, "written/uuid.ts"),
      ...Object.fromEntries(Object.entries(own).map(([name, file]) => [name, join(app, file)])),
    },
    logLevel: "warning",
  });
  return outputFiles[0].text;
}

/** What a file of the app exports. */
export async function importOf(file) {
  const options = { entryPoints: [join(app, file)], write: false, format: "esm" };
  const { outputFiles } = await build(options);
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
}

/**
 * A site with the app on it; `/api` leads to the server, unless `answers` say otherwise: a status,
 * `[status, headers]`, "cut" or "deaf". With `key` it acts as a proxy that adds the key.
 */
export async function openSite(server, script) {
  const site = { answers: [], always: undefined, requests: [], key: undefined };
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>App</title>
<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="icon" href="data:,">
</head><body style="margin:0"><main id="root"></main><script src="/app.js"></script></body></html>`;
  const listener = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://x");
    if (pathname === "/app.js") {
      return response.writeHead(200, { "content-type": "text/javascript" }).end(script);
    }
    if (!pathname.startsWith("/api")) {
      return response.writeHead(200, { "content-type": "text/html" }).end(html);
    }
    const { method } = request;
    const credential = request.headers.authorization ?? "";
    const record = { method, path: pathname, at: Date.now(), credential, body: "", status: 0 };
    site.requests.push(record);
    request.on("data", (piece) => (record.body += piece));
    request.on("end", () => {
      const isEvent = /eventIngestion|events\/(batch|track)/.test(pathname);
      const next = isEvent ? (site.answers.shift() ?? site.always) : undefined;
      if (next === "cut") return request.socket.destroy();
      if (next !== undefined && next !== "deaf") {
        const [status, headers] = [next].flat();
        record.status = status;
        return response.writeHead(status, headers).end("{}");
      }
      const headers = { ...request.headers, host: new URL(server.url).host };
      if (site.key) headers.authorization = `Bearer ${site.key}`;
      const onward = forward(server.url + request.url, { method: request.method, headers });
      onward.on("response", (answer) => {
        record.status = answer.statusCode;
        // The server has it, and nobody hears of it.
        if (next === "deaf") return answer.resume().on("end", () => request.socket.destroy());
        response.writeHead(answer.statusCode, answer.headers);
        answer.pipe(response);
      });
      onward.on("error", () => response.destroy());
      onward.end(record.body);
    });
  });
  await new Promise((done) => listener.listen(0, "127.0.0.1", done));
  site.url = `http://127.0.0.1:${listener.address().port}`;
  site.close = () => {
    listener.closeAllConnections();
    return new Promise((done) => listener.close(done));
  };
  return site;
}

export async function openBrowser() {
  const executablePath = process.env.CHROME_BIN ?? "/usr/bin/chromium";
  if (!existsSync(executablePath)) {
    throw new Error(`no Chromium at ${executablePath}: install it, or name it in CHROME_BIN`);
  }
  const args = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
  ];
  return chromium.launch({ executablePath, args });
}

export const axe = () => readFileSync(join(here, "../node_modules/axe-core/axe.min.js"), "utf8");
