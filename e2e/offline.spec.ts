// After one load the page opens again without a network, whole; and nothing of it is a mixture of two builds.
import { expect, test } from "@playwright/test";
import { visit, whenIdle } from "./page.ts";

test.use({ serviceWorkers: "allow" });

// Everything is fetched a second time, beside whatever else the machine has to do.
test.slow();

test("opens, pings, teaches and speaks Chinese without a network", async ({ page, context }) => {
  await visit(page);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await context.setOffline(true);
  await page.reload();
  await whenIdle(page);
  await page.getByTestId("main-action").click();
  await whenIdle(page);
  await expect(page.getByText(/3 received/).first()).toBeVisible();
  await page.getByRole("button", { name: "Lessons", exact: true }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Share", exact: true }).click();
  await expect(page.getByRole("textbox", { name: "Link to this moment" })).toHaveValue(/#s=2\./);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /中文/ }).click();
  await expect(page.getByRole("button", { name: "分享", exact: true })).toBeVisible();
});

test("keeps the files of one build only, each as the build wrote it", async ({ page, request }) => {
  await visit(page);
  const kept = await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    const names = await caches.keys();
    const cache = await caches.open(names[0] ?? "");
    return { names, paths: (await cache.keys()).map((one) => one.url) };
  });
  expect(kept.names).toHaveLength(1);
  expect(kept.paths.some((path) => path.endsWith("/playground/index.html"))).toBe(true);
  expect(kept.paths.some((path) => path.endsWith(".map"))).toBe(false);
  const worker = await (await request.get("sw.js")).text();
  for (const path of kept.paths) expect(worker).toContain(path.split("/playground/")[1]);
});
