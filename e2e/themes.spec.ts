import { expect, type Page, test } from "@playwright/test";
import { axeFaults as faults } from "./checks.ts";
import * as the from "./page.ts";

/** What somebody opens over the page, and how. */
const OPENED = [
  { what: "the commands", open: (page: Page) => page.keyboard.press("Control+k"), name: "Commands" },
  { what: "my scenes", open: (page: Page) => page.keyboard.press("Control+s"), name: "My scenes" },
  { what: "the help", open: (page: Page) => page.keyboard.press("?"), name: "Help" },
] as const;

for (const theme of ["light", "dark", "projector"] as const) {
  test(`${theme}: axe finds nothing in what opens over the page, and the keyboard comes back from it`, async ({
    page,
  }) => {
    await the.visit(page, { theme });
    const ping = page.getByRole("button", { name: "Ping nginx-1 → nginx-2" });
    await ping.focus();
    for (const { open, name, what } of OPENED) {
      await open(page);
      await expect(page.getByRole("dialog", { name })).toBeVisible();
      expect.soft(await faults(page), what).toEqual([]);
      await page.keyboard.press("Escape");
      await expect(page.getByRole("dialog", { name })).toHaveCount(0);
      await expect(ping, what).toBeFocused();
    }
  });
}

test("in the projector's theme the panels' text is 18 px or more", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await the.visit(page, { theme: "projector" });
  await the.press(page, "Ping nginx-1 → nginx-2");
  await the.pause(page);
  await the.lastEvent(page).click();
  await expect(the.details(page)).toContainText("172.17.0.");
  const small = await page.evaluate(() => {
    const panels = ".app-header, .timeline, .events, .inspector, .terminal-bar, .shelf";
    const found = new Set<string>();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement!;
      const text = walker.currentNode.textContent?.trim() ?? "";
      if (text === "" || element.closest(panels) === null || element.closest(".visually-hidden") !== null) continue;
      if (!element.checkVisibility({ opacityProperty: true })) continue;
      let zoom = 1;
      for (let at: Element | null = element; at !== null; at = at.parentElement)
        zoom *= Number(getComputedStyle(at).zoom) || 1;
      const size = Number.parseFloat(getComputedStyle(element).fontSize) * zoom;
      if (size < 17.9) found.add(`${size.toFixed(1)} px: ${element.className} ${text.slice(0, 30)}`);
    }
    return [...found];
  });
  expect(small).toEqual([]);
});

test("at 200 % everything is there, and nothing scrolls sideways", async ({ page }) => {
  await page.setViewportSize({ width: 720, height: 450 });
  await the.visit(page);
  await the.press(page, "Ping nginx-1 → nginx-2");
  await page.getByRole("button", { name: "Events", exact: true }).click();
  await expect(the.lastEvent(page)).toBeVisible();
  await page.getByRole("button", { name: /^More: / }).click();
  await page.getByRole("menuitem", { name: "Help and keys" }).click();
  await expect(page.getByRole("dialog", { name: "Help" })).toBeVisible();
  expect.soft(await faults(page)).toEqual([]);
  const sideways = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(sideways).toBe(0);
});

test("in forced colours and with more contrast axe finds nothing", async ({ page }) => {
  await page.emulateMedia({ forcedColors: "active", contrast: "more" });
  await the.visit(page);
  await the.press(page, "Ping nginx-1 → nginx-2");
  expect.soft(await faults(page)).toEqual([]);
});

test("a finger finds every button 40 px high, and a narrow header holds them all", async ({ browser, baseURL }) => {
  const context = await browser.newContext({
    baseURL,
    hasTouch: true,
    isMobile: true,
    viewport: { width: 390, height: 844 },
  });
  const page = await context.newPage();
  await the.visit(page);
  await expect(page.getByRole("button", { name: /^More: / })).toBeVisible();
  const low = await page
    .getByRole("banner")
    .getByRole("button")
    .evaluateAll((buttons) =>
      buttons
        .map((button) => ({
          name: button.getAttribute("aria-label") ?? button.textContent,
          box: button.getBoundingClientRect(),
        }))
        .filter(({ box }) => box.height < 40 || box.right > innerWidth || box.left < 0)
        .map(({ name }) => name),
    );
  expect(low).toEqual([]);
  await context.close();
});
