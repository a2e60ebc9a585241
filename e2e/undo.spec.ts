import { expect, type Locator, type Page, test } from "@playwright/test";
import * as the from "./page.ts";

/** Drags a card by so much. */
async function drag(page: Page, card: Locator, by: { x: number; y: number }): Promise<void> {
  const box = await the.boxOf(card);
  await page.mouse.move(box.x + 20, box.y + 14);
  await page.mouse.down();
  await page.mouse.move(box.x + 20 + by.x / 2, box.y + 14 + by.y / 2, { steps: 4 });
  await page.mouse.move(box.x + 20 + by.x, box.y + 14 + by.y, { steps: 4 });
  await page.mouse.up();
  await the.whenIdle(page);
}

const place = async (card: Locator): Promise<string> => {
  const style = await card.getAttribute("style");
  return /translate\(([^)]*)\)/.exec(style ?? "")?.[1] ?? "";
};

test("Ctrl+Z undoes whichever was the last thing: a card that was moved, then a command; redo does them again", async ({
  page,
}) => {
  await the.visit(page);
  const card = the.container(page, "box-3");
  await the.press(page, "Ping nginx-1 → nginx-2");
  await the.pause(page);
  const [home, at] = [await place(card), await the.readout(page).innerText()];
  await drag(page, card, { x: 30, y: -20 });
  await expect.poll(() => place(card)).not.toBe(home);
  const moved = await place(card);
  await page.keyboard.press("Control+z");
  await expect(the.notices(page)).toContainText("Undone: box-3 moved");
  await expect.poll(() => place(card)).toBe(home);
  await expect(the.readout(page)).toHaveText(at);
  await page.keyboard.press("Control+z");
  await expect(the.notices(page)).toContainText("Undone: ping -c 3 172.17.0.3");
  await the.whenIdle(page);
  await expect.poll(() => the.learned(page)).toEqual([]);
  await page.keyboard.press("Control+Shift+z");
  await expect(the.notices(page)).toContainText("Done again: ping -c 3 172.17.0.3");
  await page.keyboard.press("Control+Shift+z");
  await expect(the.notices(page)).toContainText("Done again: box-3 moved");
  await expect.poll(() => place(card)).toBe(moved);
  // The buttons of the timeline walk the same way.
  await the.press(page, "Undo the last thing done");
  await expect.poll(() => place(card)).toBe(home);
  await expect(the.readout(page)).toHaveText(at);
  await the.press(page, "Do again what was undone");
  await expect.poll(() => place(card)).toBe(moved);
  await expect(page.getByRole("button", { name: "Do again what was undone" })).toBeDisabled();
});

test("with time the ages in a bridge's table go back, also of the entries that stayed", async ({ page }) => {
  await the.visit(page);
  await the.press(page, "Ping nginx-1 → nginx-2");
  await the.pause(page);
  const before = await the.fdb(page);
  const port = /11:00:03 (\w+)/.exec(before.join("\n"))?.[1] ?? "";
  await the.typeLine(page, "hostA", `ip link set ${port} down; sleep 8`);
  await expect.poll(() => the.learned(page)).toHaveLength(1);
  await the.press(page, "Undo the last thing done");
  await expect.poll(() => the.fdb(page)).toEqual(before);
});
