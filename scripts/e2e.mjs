// The end-to-end journeys on the built site: node scripts/e2e.mjs [PLAYWRIGHT ARGUMENT…]. Build first.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { findBrowser } from "./browser.mjs";
import { ensurePackages, root } from "./setup.mjs";

/** @returns {Promise<number>} a TCP port that nobody listens on now */
async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("no TCP port to be had");
  return address.port;
}

/** @returns {Promise<Record<string, string>>} what playwright.config.ts reads from the environment */
export async function e2eEnvironment() {
  if (!existsSync(join(root, "dist/index.html"))) throw new Error("dist/ is missing: run `npm run build` first.");
  return { CHROMIUM_PATH: await findBrowser(), E2E_PORT: String(await freePort()) };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  ensurePackages();
  const env = { ...process.env, ...(await e2eEnvironment()) };
  const cli = join(root, "node_modules/@playwright/test/cli.js");
  const run = spawn(process.execPath, [cli, "test", ...process.argv.slice(2)], { cwd: root, env, stdio: "inherit" });
  const [code] = await once(run, "exit");
  process.exitCode = code ?? 1;
}
