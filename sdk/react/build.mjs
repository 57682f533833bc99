// Builds dist/: a module and its types beside each source, so that bundlers leave out what is not
// used.
//
// usage: node build.mjs

import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
rmSync(join(here, "dist"), { recursive: true, force: true });
const tsc = join(here, "node_modules/typescript/bin/tsc");
const { status } = spawnSync(process.execPath, [tsc, "-p", here], { stdio: "inherit" });
process.exit(status ?? 1);
