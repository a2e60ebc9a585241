import { expect, type Locator, type Page, test } from "@playwright/test";
import * as the from "./page.ts";

/** Drags with the pointer from the middle of one thing to a place on another. */
async function drag(page: Page, from: Locator, to: Locator, at = { x: 0.5, y: 0.5 }): Promise<void> {
  const [start, end] = [await the.boxOf(from), await the.boxOf(to)];
  if (start === null || end === null) throw new Error("nothing to drag, or nowhere to drag it to");
  await page.mouse.move(start.x + start.width / 2, start.y + start.height / 2);
  await page.mouse.down();
  await page.mouse.move(end.x + end.width * at.x, end.y + end.height * at.y, { steps: 5 });
  await page.mouse.up();
  await the.whenIdle(page);
}

const onShelf = (page: Page, image: string): Locator =>
  page.getByRole("button", { name: new RegExp(`^${image}: drag`) });

test("an image dragged onto docker0 becomes a container that can be pinged; undo and redo", async ({ page }) => {
  await the.visit(page);
  await drag(page, onShelf(page, "nginx"), the.bridge(page));
  await expect(the.container(page, "nginx-3")).toContainText("172.17.0.5/16");
  await expect(the.veth(page, 10)).toHaveAccessibleName(/10: eth0@if11 – 11: veth[0-9a-f]{7}@if10, up$/);
  await expect(page.getByRole("tab", { name: "hostA" })).toHaveAttribute("aria-selected", "true");
  await the.expectScreen(page, /docker run -d --name nginx-3 nginx\n[0-9a-f]{40}/);
  const id = await the.container(page, "nginx-3").getAttribute("data-id");

  await page.getByRole("button", { name: /^Ping from nginx-1/ }).click();
  await page.getByRole("toolbar").getByRole("button", { name: "nginx-3 172.17.0.5" }).click();
  await the.whenIdle(page);
  await the.expectScreen(page, "64 bytes from 172.17.0.5: icmp_seq=1 ttl=64");
  await expect.poll(() => the.learned(page)).toEqual(["02:42:ac:11:00:02", "02:42:ac:11:00:05"]);

  await the.press(page, "Undo the last thing done");
  await expect.poll(() => the.learned(page)).toEqual([]);
  await expect(the.container(page, "nginx-3")).toBeVisible();
  await the.press(page, "Undo the last thing done");
  await expect(the.container(page, "nginx-3")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Undo the last thing done" })).toBeDisabled();

  await the.press(page, "Do again what was undone");
  await the.play(page);
  await expect(the.container(page, "nginx-3")).toHaveAttribute("data-id", id ?? "");
});

test("a ping dragged from one card to another", async ({ page }) => {
  await the.visit(page);
  await expect(page.locator(".canvas[data-handles]")).toBeVisible();
  await drag(page, page.getByRole("button", { name: /^Ping from box-3/ }), the.container(page, "nginx-2"));
  await expect(page.getByRole("tab", { name: "box-3" })).toHaveAttribute("aria-selected", "true");
  await the.expectScreen(page, /ping -c 3 172\.17\.0\.3[\s\S]*64 bytes from 172\.17\.0\.3: icmp_seq=1 ttl=64/);
});

test("an image dropped on the host's own stack is on the host network; on empty ground one chooses", async ({
  page,
}) => {
  await the.visit(page);
  await drag(page, onShelf(page, "nginx"), the.canvas(page).getByText("’s own stack"));
  await the.expectScreen(page, "docker run -d --net=host --name nginx-3 nginx");
  await expect(the.container(page, "nginx-3")).toContainText("host network");
  await expect(the.veth(page, 10)).toHaveCount(0);

  await drag(page, onShelf(page, "busybox"), the.canvas(page).getByRole("group", { name: /^Linux hostA/ }), {
    x: 0.8,
    y: 0.97,
  });
  const where = page.getByRole("dialog", { name: "Where should busybox run?" });
  await where.getByRole("button", { name: "on hostA without a network" }).click();
  await the.whenIdle(page);
  await the.expectScreen(page, /docker run -dit --net=none --name box-\d busybox/);
  await expect(the.container(page, "box-1")).toContainText("only lo");
});

test("a card is moved, and stands there after a reload; tidying up puts it back", async ({ page }) => {
  await the.visit(page);
  const card = the.container(page, "box-3");
  const before = await the.boxOf(card);
  await drag(page, card.getByText("box-3", { exact: true }), card, { x: 0.4, y: 1.3 });
  const moved = await the.boxOf(card);
  expect(moved.y).toBeGreaterThan(before.y + 20);
  await page.reload();
  await the.whenIdle(page);
  expect(Math.abs((await the.boxOf(card)).y - moved.y)).toBeLessThan(12);
  await page.getByRole("button", { name: "Tidy up" }).click();
  await expect.poll(async () => Math.abs((await the.boxOf(card)).y - before.y)).toBeLessThan(12);
});
