// What a page loads: small, and nothing of what it does not use.

import assert from "node:assert/strict";
import { test } from "node:test";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { here } from "./harness.mjs";

const PEERS = ["react", "react/jsx-runtime", "zod", "zod/v3"];
const HOOKS = "AnalyticsProvider, useAnalytics, useAnalyticsTracking, useOfflineEventSync";
const BYTES_MAX = {
  "AnalyticsProvider, useAnalytics": 5_800,
  [HOOKS]: 5_900,
  [`${HOOKS}, useFeatureFlag`]: 6_000,
};

/** An application's bundle of these names, with React and zod outside. */
async function bundled(names) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: `export { ${names} } from "@trackflow/react";`, resolveDir: here },
    alias: { "@trackflow/react": join(here, "..") },
    bundle: true, write: false, minify: true, metafile: true, format: "esm", external: PEERS,
  });
  const [output] = Object.values(metafile.outputs);
  const used = Object.entries(output.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  return {
    size: gzipSync(outputFiles[0].contents, { level: 9 }).length,
    files: used.map(([file]) => file.replace(/^.*dist\//, "")),
    text: outputFiles[0].text,
    outside: output.imports.map(({ path }) => path),
  };
}

for (const [names, max] of Object.entries(BYTES_MAX)) {
  test(`at most ${max} bytes with gzip -9: ${names}`, async (t) => {
    const { size } = await bundled(names);
    t.diagnostic(`${size} bytes`);
    assert.ok(size <= max, `${names}: ${size} bytes, the limit is ${max}`);
  });
}

test("useAnalytics alone brings no dashboard, schemas or zod", async () => {
  const { files, text, outside } = await bundled("useAnalytics");
  for (const name of files) assert.doesNotMatch(name, /dashboard|schema|rules|types|trpc/, name);
  assert.ok(files.includes("hooks.js"));
  assert.deepEqual(outside.filter((path) => path.startsWith("zod")), []);
  assert.ok(!text.includes("tfd-"), "it has styles of the dashboard");
});

test("the dashboard alone brings no schemas", async () => {
  const { files, outside } = await bundled("AnalyticsDashboard");
  assert.ok(files.some((name) => name.startsWith("dashboard/")));
  assert.ok(!files.includes("schema.js"));
  assert.ok(outside.every((path) => path.startsWith("react")));
});
