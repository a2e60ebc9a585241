import { defineConfig } from "@playwright/test";
import { LAUNCH_FLAGS } from "./scripts/browser.mjs";

// `npm run e2e` finds the browser and a free port and hands them over here.
const port = Number(process.env.E2E_PORT ?? 4173);
const chromium = process.env.CHROMIUM_PATH;
/** The built site that is tested. */
const site = process.env.E2E_SITE ?? "dist";

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  fullyParallel: true,
  forbidOnly: true,
  workers: 4,
  // Generous, because a busy machine is no fault of the page; what is found wrong is looked at twice more, and counted apart.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  retries: 2,
  reporter: "list",
  use: {
    // A sub-path, because that is where an embedding site will put it.
    baseURL: `http://127.0.0.1:${port}/playground/`,
    browserName: "chromium",
    launchOptions: { args: LAUNCH_FLAGS, ...(chromium ? { executablePath: chromium } : {}) },
    viewport: { width: 1280, height: 800 },
    // What a service worker answers no test can hold back or count; e2e/offline.spec.ts lets it in.
    serviceWorkers: "block",
    // A trace of every test would double what the suite takes: `npm run e2e -- --trace on` when one is wanted.
    screenshot: "only-on-failure",
  },
  webServer: {
    command: `node node_modules/vite/bin/vite.js preview --outDir ${site} --base /playground/ --host 127.0.0.1 --port ${port} --strictPort`,
    url: `http://127.0.0.1:${port}/playground/`,
    reuseExistingServer: false,
  },
});
