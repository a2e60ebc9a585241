import { expect, test } from "@playwright/test";
import { axeFaults as faults } from "./checks.ts";
import * as the from "./page.ts";

const ROOMS = [
  { room: "light", theme: "light", language: "en", width: 1280 },
  { room: "dark", theme: "dark", language: "en", width: 1280 },
  { room: "projector", theme: "projector", language: "en", width: 1440 },
  { room: "Chinese", theme: "light", language: "zh", width: 1280 },
  { room: "1024 px wide", theme: "light", language: "en", width: 1024 },
  { room: "390 px wide", theme: "dark", language: "en", width: 390 },
] as const;

for (const { room, theme, language, width } of ROOMS) {
  test(`axe finds nothing: ${room}`, async ({ page }) => {
    await page.setViewportSize({ width, height: width < 500 ? 844 : 800 });
    await the.visit(page, { theme, language });
    if (room === "light") expect.soft(await faults(page)).toEqual([]);
    await the.key(page, "p");
    await the.key(page, "Space");
    await page.keyboard.press("e");
    await page.getByRole("listbox").getByRole("option").filter({ hasText: "ICMP" }).last().click();
    await expect(page.getByRole("application", { name: /98/ })).toBeVisible();
    expect.soft(await faults(page)).toEqual([]);
  });
}

test("axe finds nothing with a menu, the bar over a card or a choice open", async ({ page }) => {
  await the.visit(page);
  await page.getByRole("button", { name: "More actions" }).click();
  await expect(page.getByRole("menu")).toBeVisible();
  expect.soft(await faults(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("menu")).toHaveCount(0);
  await page.getByRole("button", { name: /^Ping from nginx-1/ }).click();
  await expect(page.getByRole("toolbar")).toBeVisible();
  expect.soft(await faults(page)).toEqual([]);
  await page.getByRole("button", { name: /^nginx: drag/ }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  expect.soft(await faults(page)).toEqual([]);
});

test("axe finds nothing with a notice, a node or the help open", async ({ page }) => {
  await the.visit(page);
  await the.press(page, "Ping nginx-1 → nginx-2");
  await the.rewind(page);
  await the.key(page, "p");
  await expect(the.notices(page)).toContainText("You acted in the past.");
  await page.getByRole("tab", { name: "Node" }).click();
  expect.soft(await faults(page)).toEqual([]);
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Help" })).toBeVisible();
  expect.soft(await faults(page)).toEqual([]);
});

test("at 390 px everything can be reached by touch, one panel at a time, and nothing scrolls sideways", async ({
  browser,
  baseURL,
}) => {
  const context = await browser.newContext({ baseURL, hasTouch: true, viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  await the.visit(page);
  const zoom = () =>
    page.locator(".react-flow__viewport").evaluate((drawn) => new DOMMatrix(getComputedStyle(drawn).transform).a);
  await expect.poll(zoom, { message: "the drawing is large enough to be read" }).toBeGreaterThan(0.55);
  await page.getByRole("button", { name: "Ping nginx-1 → nginx-2" }).tap();
  await the.whenIdle(page);
  await page.getByRole("button", { name: "Events", exact: true }).tap();
  await expect(the.events(page).filter({ hasText: "echo reply 3" }).last()).toBeVisible();
  await page.getByRole("button", { name: "Terminal", exact: true }).tap();
  await the.expectScreen(page, "3 packets transmitted");
  await page.getByRole("button", { name: "Canvas", exact: true }).tap();
  await page.getByRole("button", { name: /^nginx: drag/ }).tap();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /^on docker0/ })
    .tap();
  await expect(the.container(page, "nginx-3")).toContainText("172.17.0.5/16");
  const sideways = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(sideways).toBe(0);
  await context.close();
});

test("with reduced motion nothing but the packets moves", async ({ browser, baseURL }) => {
  const context = await browser.newContext({
    baseURL,
    reducedMotion: "reduce",
    viewport: { width: 1280, height: 800 },
  });
  const page = await context.newPage();
  await the.visit(page);
  await page.getByRole("button", { name: "Ping nginx-1 → nginx-2" }).click();
  await expect.poll(() => the.learned(page)).toHaveLength(2);
  const moving = await page.evaluate(
    () =>
      document.getAnimations().filter((animation) => Number(animation.effect?.getComputedTiming().duration ?? 0) > 50)
        .length,
  );
  expect(moving).toBe(0);
  await the.whenIdle(page);
  await the.expectScreen(page, "3 packets transmitted, 3 received");
  await context.close();
});
