// How the built page does with few and with a thousand nodes, in headless Chromium: node scripts/bench-ui.mjs [SCENE…]. Build first.
// Figures of one machine drift; the first scene is the yardstick, and the others' ratios to it hold.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright";
import { preview } from "vite";
import { findBrowser, LAUNCH_FLAGS } from "./browser.mjs";
import { ensurePackages, root } from "./setup.mjs";

/**
 * @typedef {{ nodes: number, open_ms: number, rest_ms: number, pan_fps: number, ping_ms: number }} Figures
 * Time until the scene stands and is drawn; 95th percentile of a frame at rest; frames a second while the canvas is dragged;
 * longest task of the main thread while a ping runs.
 */

const WATCH_MS = 3000;
const GIVE_UP_MS = 120_000;

/** In the page: intervals between frames for a while, ms. @param {number} watch_ms @returns {Promise<number[]>} */
async function frameTimes(watch_ms) {
  /** @type {number[]} */
  const times = [];
  let last_ms = await new Promise(requestAnimationFrame);
  for (const end_ms = last_ms + watch_ms; last_ms < end_ms; ) {
    const now_ms = await new Promise(requestAnimationFrame);
    times.push(now_ms - last_ms);
    last_ms = now_ms;
  }
  return times;
}

/** @param {number[]} times @returns {number} */
function p95(times) {
  const sorted = [...times].sort((x, y) => x - y);
  return sorted[Math.floor(sorted.length * 0.95)] ?? 0;
}

/** @param {import("playwright").Page} page @returns {Promise<number>} */
async function panFps(page) {
  const box = await page.locator(".react-flow__pane").boundingBox();
  if (box === null) throw new Error("no canvas");
  const [x, y] = [box.x + box.width / 2, box.y + 12];
  const watched = page.evaluate(frameTimes, WATCH_MS);
  await page.mouse.move(x, y);
  await page.mouse.down();
  const end_ms = Date.now() + WATCH_MS;
  for (let i = 0; Date.now() < end_ms; i++) await page.mouse.move(x + 150 * Math.sin(i / 9), y + 60 * Math.sin(i / 7));
  await page.mouse.up();
  const times = await watched;
  return (1000 * times.length) / times.reduce((sum, ms) => sum + ms, 0);
}

/** @param {import("playwright").Page} page @returns {Promise<number>} */
async function longestTask_ms(page) {
  const button = page.locator("button", { hasText: /^Ping / }).first();
  const longest = page.evaluate(
    (watch_ms) =>
      new Promise((resolve) => {
        let most_ms = 0;
        const observer = new PerformanceObserver((list) => {
          for (const { duration } of list.getEntries()) most_ms = Math.max(most_ms, duration);
        });
        observer.observe({ entryTypes: ["longtask"] });
        setTimeout(() => resolve(most_ms), watch_ms);
      }),
    WATCH_MS,
  );
  await button.click();
  return Number(await longest);
}

/** @param {import("playwright").Browser} browser @param {string} url @returns {Promise<Figures>} */
async function measure(browser, url) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(GIVE_UP_MS);
  await page.goto(url);
  await page.waitForFunction("globalThis.__playground?.worldStore.getState().nodeIds.length > 0");
  await page
    .locator("button", { hasText: /^Ping / })
    .first()
    .waitFor();
  const open_ms = await page.evaluate(
    () =>
      new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now())))),
  );
  const nodes = Number(await page.evaluate("__playground.worldStore.getState().nodeIds.length"));
  await page.waitForTimeout(1000);
  const rest_ms = p95(await page.evaluate(frameTimes, WATCH_MS));
  const pan_fps = await panFps(page);
  const ping_ms = await longestTask_ms(page);
  await page.close();
  return { nodes, open_ms: Number(open_ms), rest_ms, pan_fps, ping_ms };
}

ensurePackages();
if (!existsSync(join(root, "dist/index.html"))) throw new Error("dist/ is missing: run `npm run build` first.");
const given = process.argv.slice(2);
const server = await preview({ root, logLevel: "silent", preview: { host: "127.0.0.1", port: 0 } });
const browser = await chromium.launch({ executablePath: await findBrowser(), args: LAUNCH_FLAGS });
/** @type {Figures | null} */
let first = null;
for (const scene of given.length > 0 ? given : ["same-host", "docker0-full"]) {
  const f = await measure(browser, `${server.resolvedUrls?.local[0]}?scene=${scene}`);
  first ??= f;
  const ratio = (/** @type {keyof Figures} */ key) => `(× ${(f[key] / (first?.[key] || 1)).toFixed(2)})`;
  process.stdout.write(
    `${scene}: ${f.nodes} nodes · open ${f.open_ms.toFixed(0)} ms ${ratio("open_ms")} · at rest p95 ${f.rest_ms.toFixed(1)} ms ` +
      `${ratio("rest_ms")} · panning ${f.pan_fps.toFixed(0)} frames/s ${ratio("pan_fps")} · longest task of a ping ${f.ping_ms.toFixed(0)} ms\n`,
  );
}
await browser.close();
await server.close();
