// Builds dist/. The two files for script tags are committed, so that the server can embed them on
// a machine without Node; a test builds them again and compares.
//
// usage: node build.mjs [folder]

import { spawnSync } from "node:child_process";
import { mkdtempSync, copyFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const shared = { bundle: true, target: "es2020", charset: "ascii", logLevel: "warning" };

/** The two files for script tags. */
export async function buildScripts(folder) {
  for (const [entry, name] of [["tag.ts", "trackflow.js"], ["flags.ts", "flags.js"]]) {
    await build({
      ...shared,
      entryPoints: [join(here, "src", entry)],
      outfile: join(folder, name),
      format: "iife",
      minify: true,
      // Without tsconfig.json: it would add "use strict", and where a page froze something an
      // assignment that does nothing is better than one that throws.
      tsconfigRaw: {},
    });
  }
}

/** The module for bundlers, with its types. */
export async function buildModule(folder) {
  const entryPoints = [join(here, "src/index.ts")];
  await build({ ...shared, entryPoints, outfile: join(folder, "index.js"), format: "esm" });
  const types = mkdtempSync(join(tmpdir(), "trackflow-types-"));
  try {
    const tsc = join(here, "node_modules/typescript/bin/tsc");
    const options = ["-p", here, "--emitDeclarationOnly", "--outDir", types];
    const { status } = spawnSync(process.execPath, [tsc, ...options], { stdio: "inherit" });
    if (status !== 0) throw new Error(`tsc ended with ${status}`);
    copyFileSync(join(types, "index.d.ts"), join(folder, "index.d.ts"));
  } finally {
    rmSync(types, { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2] ?? join(here, "dist");
  await buildScripts(folder);
  await buildModule(folder);
}
