/** Looking inside: the events' filter, where entries come from, captures, lines of a terminal and their packets, the timeline, narration. */
import { readFile } from "node:fs/promises";
import { expect, type Page, test } from "@playwright/test";
import { axeFaults, leftovers } from "./checks.ts";
import * as the from "./page.ts";

const filter = (page: Page) => page.getByRole("combobox", { name: /Filter events|筛选事件/ });
const offers = (page: Page) => page.getByRole("listbox", { name: "Words that fit here" }).getByRole("option");

test("the events are filtered as tcpdump filters, with words offered and faults told; the filter outlives its panel", async ({
  page,
}) => {
  await the.visit(page);
  await the.press(page, "Ping nginx-1 → nginx-2");
  await the.pause(page);
  await filter(page).pressSequentially("icmp[icmptype] = icmp-echor");
  await expect(offers(page)).toHaveText(["icmp-echoreply"]);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.keyboard.type("and dst nginx-1");
  await page.keyboard.press("Escape");
  const isReply = (line: string) => line.includes("echo reply") || line.includes("ROUTE") || line.includes("behind");
  await expect.poll(async () => (await the.eventLines(page)).every(isReply)).toBe(true);
  expect((await the.eventLines(page)).length).toBeGreaterThan(5);

  await filter(page).fill("arp and host nowhere");
  await expect(page.getByText("Nothing here is called “nowhere”.")).toBeVisible();
  await expect(filter(page)).toHaveAttribute("aria-invalid", "true");
  await expect
    .poll(async () => (await the.eventLines(page)).every((line) => / (ARP|FDB|NEIGH|IGNORED) /.test(line)))
    .toBe(true);
  expect.soft(await axeFaults(page)).toEqual([]);

  await filter(page).fill("-i docker0");
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole("button", { name: "Events", exact: true }).click();
  await expect(filter(page)).toHaveValue("-i docker0");
  await expect(the.lastEvent(page)).toContainText("docker0");
});

test("a line of ping opens the reply that it tells of, by mouse and by keys; the reply leads back to its line", async ({
  page,
}) => {
  await the.visit(page);
  await the.press(page, "Ping nginx-1 → nginx-2");
  await the.pause(page);
  await the.expectScreen(page, "icmp_seq=3");
  const line = page.getByTestId("terminal-screen").locator(".xterm-rows > div").filter({ hasText: "icmp_seq=3" });
  const { x, y } = await the.boxOf(line);
  await page.mouse.move(x + 60, y + 8);
  await expect(page.locator(".terminal-card")).toContainText("A program in nginx-1 gets it: echo reply 3");
  await page.mouse.click(x + 60, y + 8);
  await expect(the.details(page).getByRole("heading", { level: 3 })).toContainText(
    "Echo reply 3, 172.17.0.3 → 172.17.0.2",
  );

  await the.prompt(page, "nginx-1").focus();
  await page.keyboard.press("Alt+ArrowUp");
  await page.keyboard.press("Alt+ArrowUp");
  await expect(page.locator(".terminal-card")).toContainText("echo reply 2");
  await page.keyboard.press("Alt+Enter");
  await expect(the.details(page).getByRole("heading", { level: 3 })).toContainText("Echo reply 2");

  await the.openTerminal(page, "hostA");
  await the.openEvent(page, "A program in nginx-1 gets it: echo reply 3");
  await the
    .details(page)
    .getByRole("button", { name: /In the terminal of nginx-1.*icmp_seq=3/ })
    .click();
  await expect(page.getByRole("tab", { name: "nginx-1", exact: true })).toHaveAttribute("aria-selected", "true");
  await expect(page.locator(".terminal-marked").first()).toBeVisible();
});

test("two terminals side by side, the one in front goes with the selection; both are so again after a reload", async ({
  page,
}) => {
  await the.visit(page);
  await the.typeLine(page, "hostA", "docker ps -q");
  await page.getByRole("button", { name: "Two terminals side by side" }).click();
  const second = page.getByRole("tablist", { name: "Second terminal" });
  await second.getByRole("tab", { name: "box-3" }).click();
  await expect(the.prompt(page, "box-3")).toBeAttached();
  await the.container(page, "nginx-2").click();
  await expect(the.prompt(page, "nginx-2")).toBeAttached();
  await expect(second.getByRole("tab", { name: "box-3" })).toHaveAttribute("aria-selected", "true");
  expect.soft(await axeFaults(page)).toEqual([]);
  // Another visit, with nothing in the scene's log.
  await page.evaluate(() => localStorage.removeItem("docker0-playground/state"));
  await page.goto("about:blank");
  await page.goto("./");
  await the.whenIdle(page);
  await expect(page.getByRole("tablist", { name: "Second terminal" })).toBeVisible();
  await page.getByRole("button", { name: "Two terminals side by side" }).click();
  await the.openTerminal(page, "hostA");
  await the.prompt(page, "hostA").focus();
  await page.keyboard.press("ArrowUp");
  await the.expectScreen(page, /docker ps -q$/);
});

test("routes, sockets and interfaces tell what made them; an interface is captured, and saved as pcapng", async ({
  page,
}) => {
  await the.visit(page);
  await the.typeLine(page, "hostA", "docker run -d --name web nginx");
  await the.container(page, "web").click();
  await expect(the.details(page).getByRole("button", { name: /made at [\d. ]+ s, after docker run/ })).toHaveCount(6);
  await the
    .details(page)
    .getByRole("button", { name: /made at [\d. ]+ s, after docker run/ })
    .first()
    .click();
  await expect(the.details(page).getByRole("heading", { level: 3 })).toContainText("docker run -d --name web nginx");
  await page.getByRole("tab", { name: "Node", exact: true }).click();
  await page.getByRole("button", { name: "Capture at eth0: tcpdump in this terminal" }).click();
  await the.expectScreen(page, "listening on eth0, link-type EN10MB");
  await page.getByRole("button", { name: "Only the events at eth0" }).click();
  await expect(page.getByRole("button", { name: /at web eth0/ })).toBeVisible();
  await the.startLine(page, "hostA", "ping -c 1 172.17.0.5");
  await the.openTerminal(page, "web");
  await the.expectScreen(page, "ICMP echo request");
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save what eth0 saw as pcapng" }).click();
  const file = await saved;
  expect(file.suggestedFilename()).toBe("web-eth0.pcapng");
  expect((await readFile(await file.path())).readUInt32LE(0)).toBe(0x0a0d0d0a);
});

test("in a packet a field, a value or bytes are found", async ({ page }) => {
  await the.visit(page);
  await the.press(page, "Ping nginx-1 → nginx-2");
  await the.pause(page);
  await the.openEvent(page, "echo request 3");
  const find = the.details(page).getByRole("searchbox", { name: /Find in this packet/ });
  await find.fill("time to live");
  await expect(the.details(page).locator(".field:visible")).toHaveText([/Time to Live\s*64/i]);
  await find.fill("ac 11 00 03");
  await expect(the.details(page).locator(".bytes-hex [data-lit]")).toHaveText(["ac", "11", "00", "03"]);
});

test("the timeline tells the event under the pointer, zooms by wheel and keys, and says where it is in words", async ({
  page,
}) => {
  await the.visit(page);
  await the.press(page, "Ping nginx-1 → nginx-2");
  await the.pause(page);
  const track = await the.boxOf(the.scrubber(page));
  const tip = page.locator(".scrubber-tip");
  await expect(async () => {
    for (let x = 40; x < track.width / 2; x += 4) {
      await page.mouse.move(track.x + x, track.y + 20);
      if ((await tip.innerText()).includes("who has 172.17.0.3?")) return;
    }
    throw new Error("no event was told");
  }).toPass();
  await page.mouse.wheel(0, -600);
  await expect(the.scrubber(page)).toHaveAttribute("data-zoomed", "true");
  await page.getByRole("button", { name: /^Show all time/ }).click();
  await expect(the.scrubber(page)).toHaveAttribute("data-zoomed", "false");
  await the.scrubber(page).focus();
  await page.keyboard.press("ArrowUp");
  await expect(the.scrubber(page)).toHaveAttribute("data-zoomed", "true");
  await page.keyboard.press("Escape");
  await expect(the.scrubber(page)).toHaveAttribute("data-zoomed", "false");
  await the.rewind(page);
  await the.stepEvent(page);
  await expect(the.scrubber(page)).toHaveAttribute("aria-valuetext", /^\d+\.\d{6} s of \d+\.\d{6} s\. \S/);
});

test("who listens is told what each step has brought", async ({ page }) => {
  await the.visit(page);
  await the.press(page, "Ping nginx-1 → nginx-2");
  await the.rewind(page);
  await page.getByRole("button", { name: /^Read events aloud/ }).click();
  const log = page.getByTestId("narration");
  await the.stepHop(page);
  await expect(log).toContainText("docker0 floods");
  await the.stepBack(page);
  await expect(log.locator("p").last()).toContainText(/^At \d+\.\d{3} \d{3} seconds\./);
});

test("in Chinese and dark nothing is left in English, and axe finds nothing", async ({ page }) => {
  await the.visit(page, { language: "zh", theme: "dark" });
  await the.key(page, "p");
  await the.key(page, "Space");
  await the
    .container(page, "nginx-1")
    .or(page.getByRole("group", { name: /^容器 nginx-1/ }))
    .first()
    .click();
  await page.getByRole("tab", { name: "节点" }).click();
  await filter(page).fill("net 10.0.0.1/8");
  expect.soft(await axeFaults(page)).toEqual([]);
  expect.soft(await leftovers(page)).toEqual([]);
});
