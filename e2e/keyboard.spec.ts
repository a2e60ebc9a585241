import { expect, type Locator, type Page, test } from "@playwright/test";
import * as the from "./page.ts";

/** Presses Tab until something has the focus. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < 90; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not reach ${target.toString()}`);
}

test("by keyboard alone: ping, pause, step, open a packet", async ({ page }) => {
  await the.visit(page);
  await the.key(page, "p");
  await expect.poll(() => the.learned(page)).toHaveLength(2);
  await the.key(page, "Space");
  await expect(page.getByRole("button", { name: "Play", exact: true })).toBeVisible();
  await the.key(page, "Home");
  await expect(the.events(page)).toHaveCount(0);
  await the.key(page, "ArrowRight");
  await expect(the.lastEvent(page)).toContainText("hostA stays silent");
  await the.key(page, "ArrowLeft");
  await expect(the.lastEvent(page)).toContainText("who has 172.17.0.3? Tell 172.17.0.2");

  await page.keyboard.press("e");
  await expect(page.getByRole("listbox", { name: "Events" })).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await expect(page.getByRole("option", { selected: true })).toContainText("who has 172.17.0.3? Tell 172.17.0.2");
  await page.keyboard.press("d");
  await expect(the.details(page).getByRole("heading", { level: 3 })).toHaveText("Who has 172.17.0.3? Tell 172.17.0.2");
  await tabTo(page, the.details(page).getByRole("application", { name: /^Bytes, 42 bytes/ }));
  await page.keyboard.press("ArrowRight");
  await expect(the.details(page).locator("[data-line][data-lit]").filter({ hasText: "Destination" })).toContainText(
    "ff:ff:ff:ff:ff:ff",
  );
});

test("by keyboard alone: add a container, ping it from its card's bar, remove it", async ({ page }) => {
  await the.visit(page);
  await tabTo(page, page.getByRole("button", { name: /^busybox: drag/ }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Where should busybox run?" })).toBeVisible();
  await the.key(page, "Enter");
  await expect(the.container(page, "box-1")).toContainText("172.17.0.5/16");

  await tabTo(page, the.container(page, "nginx-1"));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("toolbar")).toBeVisible();
  await page.keyboard.press("Enter");
  const target = page.getByRole("toolbar").getByRole("button", { name: "box-1 172.17.0.5" });
  for (let presses = 0; presses < 9 && !(await isFocused(target)); presses++) await page.keyboard.press("ArrowDown");
  await the.key(page, "Enter");
  await expect(the.container(page, "nginx-1")).toBeFocused();
  await the.expectScreen(page, "64 bytes from 172.17.0.5: icmp_seq=1 ttl=64");

  await tabTo(page, the.container(page, "box-1"));
  await the.key(page, "Delete");
  await expect(the.container(page, "box-1")).toHaveCount(0);
  await the.expectScreen(page, "docker rm -f box-1");
  await the.key(page, "Control+z");
  await expect(the.container(page, "box-1")).toBeVisible();
});

const isFocused = (target: Locator): Promise<boolean> =>
  target.evaluate((element) => element === document.activeElement);

test("by keyboard alone: into a terminal and out again, help, and the way to the canvas", async ({ page }) => {
  await the.visit(page);
  await expect(the.prompt(page, "hostA")).toBeAttached();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the canvas" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("region", { name: "Canvas" })).toBeFocused();
  await page.keyboard.press("t");
  await expect(the.prompt(page, "hostA")).toBeFocused();
  await page.keyboard.type("hostname");
  await page.keyboard.press("Enter");
  await the.expectScreen(page, /hostname\nhostA$/m);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("tab", { name: "hostA" })).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("tab", { name: "nginx-1" })).toBeFocused();
  await tabTo(page, page.getByRole("combobox", { name: "Filter events" }));
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Help" });
  await expect(help).toContainText("Step one hop");
  await page.keyboard.press("Escape");
  await expect(help).toHaveCount(0);
});

test("t pressed while the terminal is still being fetched reaches it when it is there", async ({ page }) => {
  let deliver = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    deliver = resolve;
  });
  await page.route(/terminal-screen-[^/]*\.js$/, async (route) => {
    await held;
    await route.continue();
  });
  await the.visit(page);
  await expect(page.getByRole("region", { name: "Terminals" })).toBeVisible();
  await page.keyboard.press("t");
  await expect(page.getByRole("region", { name: "Terminals" })).toBeFocused();
  deliver();
  await expect(the.prompt(page, "hostA")).toBeFocused();
});
