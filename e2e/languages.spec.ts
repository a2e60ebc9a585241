import { expect, type Page, test } from "@playwright/test";
import * as the from "./page.ts";

/**
 * Words that stay as they are in Chinese: names of things, programs and protocols, and the words of `ip route`. So does
 * what is written in capitals, and what holds a digit, dot, colon or slash. Other Latin words were forgotten.
 */
const IDENTIFIERS = new Set(
  `playground Docker docker Linux nginx busybox centos box bridge br veth eth lo lan gw internet hostA sh bash ping Ping ip
   brctl showmacs link iptables Netfilter route Ethernet IPv pcapng arp icmp tcp udp ms min s Ctrl Esc Space PgDn Home End
   default via dev proto kernel scope src nat filter mangle raw conntrack addrtype id`.split(/\s+/),
);

/** Texts and accessible names on the page that hold words which are neither Chinese nor identifiers. */
async function leftovers(page: Page): Promise<string[]> {
  const texts = await page.evaluate(() => {
    const found: string[] = [];
    const isHidden = (element: Element) =>
      element.closest(
        "[data-testid=terminal-screen], .bytes, .react-flow__attribution, [lang=en], script, noscript, style",
      ) !== null;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode())
      if (!isHidden(walker.currentNode.parentElement!)) found.push(walker.currentNode.textContent ?? "");
    for (const element of document.querySelectorAll("[aria-label], [title], [placeholder], [aria-valuetext]")) {
      if (isHidden(element)) continue;
      for (const name of ["aria-label", "title", "placeholder", "aria-valuetext"])
        found.push(element.getAttribute(name) ?? "");
    }
    return found;
  });
  const words = (text: string) =>
    text.split(/[^\w.:/@=-]+/).filter((word) => /^[A-Za-z]{2,}$/.test(word) && /[a-z]/.test(word));
  const foreign = texts.filter((text) => words(text).some((word) => !IDENTIFIERS.has(word)));
  return [...new Set(foreign.map((text) => text.trim()))];
}

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
