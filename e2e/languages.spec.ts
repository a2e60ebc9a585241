import { expect, test } from "@playwright/test";
import { leftovers } from "./checks.ts";
import * as the from "./page.ts";

test("the whole page in Chinese", async ({ page }) => {
  await the.visit(page);
  await page.getByRole("button", { name: "切换到中文" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
  await expect(page.getByText("CAM 表（FDB）").first()).toBeVisible();
  await expect(page.getByRole("button", { name: "从 nginx-1 ping nginx-2" })).toBeVisible();
  await expect(page.getByRole("textbox", { name: /hostA/ })).toBeAttached();
  expect.soft(await leftovers(page)).toEqual([]);
});

test("events, a packet, a node, menus, help and notices in Chinese; and back to English", async ({ page }) => {
  await the.visit(page, { language: "zh" });
  await the.press(page, "从 nginx-1 ping nginx-2");
  const events = page.getByRole("listbox").getByRole("option");
  await expect(events.last()).toContainText(/[\u4e00-\u9fff]/);
  expect.soft(await leftovers(page)).toEqual([]);
  await events.filter({ hasText: "ICMP" }).last().click();
  await expect(page.locator("[data-line]").first()).toBeVisible();
  expect.soft(await leftovers(page)).toEqual([]);
  await page.getByRole("tab", { name: "节点" }).click();
  await page.getByRole("group", { name: /docker0/ }).click();
  await expect(page.getByRole("toolbar")).toBeVisible();
  expect.soft(await leftovers(page)).toEqual([]);
  await page.getByRole("button", { name: /nginx：/ }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  expect.soft(await leftovers(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "帮助" })).toBeVisible();
  expect.soft(await leftovers(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
  await page.getByRole("button", { name: "Switch to English" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(the.canvas(page)).toBeVisible();
});

test("a browser that speaks Chinese gets Chinese without asking", async ({ browser, baseURL }) => {
  const context = await browser.newContext({ locale: "zh-CN", baseURL });
  const page = await context.newPage();
  await page.goto("./");
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
  await expect(page.getByText("CAM 表（FDB）").first()).toBeVisible();
  await context.close();
});
