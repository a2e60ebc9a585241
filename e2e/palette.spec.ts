import { expect, type Locator, type Page, test } from "@playwright/test";
import { axeFaults as faults } from "./checks.ts";
import * as the from "./page.ts";

const field = (page: Page): Locator => page.getByRole("combobox", { name: "Commands" });
const options = (page: Page): Locator => page.getByRole("listbox", { name: "Commands that match" }).getByRole("option");

/** Opens the palette, types, and does what is found first. */
async function command(page: Page, query: string): Promise<void> {
  await page.keyboard.press("Control+k");
  await field(page).fill(query);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Commands" })).toHaveCount(0);
}

test("a command is found by its words, shows its key, and is done; the keyboard goes back to where it was", async ({
  page,
}) => {
  await the.visit(page);
  await page.getByRole("button", { name: "Help and keys" }).focus();
  await page.keyboard.press("Control+k");
  await expect(field(page)).toBeFocused();
  expect.soft(await faults(page)).toEqual([]);
  await field(page).fill("ping nginx-1 box");
  await expect(options(page).first()).toContainText("Ping nginx-1 → box-3");
  await expect(options(page).first()).toHaveAttribute("aria-selected", "true");
  await field(page).fill("pause");
  await expect(options(page).first()).toContainText("Play or pause");
  await expect(options(page).first()).toContainText("Space");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Play", exact: true })).toBeVisible();
  await expect(page.getByRole("button", { name: "Help and keys" })).toBeFocused();
});

test("what is typed before the palette has come is not lost, and does nothing else", async ({ page }) => {
  await the.visit(page);
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(/palette-[^/]*\.js$/, async (route) => {
    await held;
    await route.continue();
  });
  await page.keyboard.press("Control+k");
  await page.keyboard.type("connect");
  release();
  await expect(field(page)).toHaveValue("connect");
  await expect(page.getByRole("dialog", { name: "Connect hosts" })).toHaveCount(0);
});

test("both languages find a command, whichever is shown", async ({ page }) => {
  await the.visit(page, { language: "zh" });
  await page.keyboard.press("Control+k");
  const search = page.getByRole("combobox", { name: "命令" });
  await search.fill("projector");
  await expect(page.getByRole("option").first()).toContainText("主题：投影");
  await search.fill("撤");
  await expect(page.getByRole("option")).toHaveCount(0);
  await expect(page.getByText("没有这样的命令。")).toBeVisible();
});

test("nodes, networks, scenes and settings are commands too, and what was done lately comes first", async ({
  page,
}) => {
  await the.visit(page);
  await command(page, "stop box-3");
  await the.whenIdle(page);
  await the.expectScreen(page, "docker stop box-3");
  await command(page, "run centos docker0");
  await the.whenIdle(page);
  await expect(the.container(page, "centos-1")).toBeVisible();
  await command(page, "terminal of nginx-2");
  await expect(the.prompt(page, "nginx-2")).toBeFocused();
  await page.keyboard.press("Escape");
  await command(page, "theme dark");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.keyboard.press("Control+k");
  await expect(options(page).first()).toContainText("Theme: Dark");
  await expect(options(page).first().getByRole("img", { name: "Done lately" })).toBeVisible();
  await page.keyboard.press("Escape");
  await command(page, "scene two hosts direct");
  await the.whenIdle(page);
  await expect(page.getByRole("button", { name: "Two hosts, direct routes" })).toBeVisible();
});

test("arrows, PageDown and the pointer lead through the list", async ({ page }) => {
  await the.visit(page);
  await page.keyboard.press("Control+k");
  await expect(field(page)).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(options(page).nth(1)).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  const count = Number(await options(page).first().getAttribute("aria-setsize"));
  const active = page.locator(`[aria-posinset="${count}"]`);
  await expect(active).toBeInViewport();
  await expect(active).toHaveAttribute("aria-selected", "true");
  await expect(field(page)).toHaveAttribute("aria-activedescendant", (await active.getAttribute("id"))!);
});
