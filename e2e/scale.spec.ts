/** docker0 full: 1,023 containers. A canvas draws what is far, and it is found, pressed and pinged all the same. */
import { expect, type Locator, type Page, test } from "@playwright/test";
import { axeFaults } from "./checks.ts";
import * as the from "./page.ts";

const open = (page: Page): Promise<void> => the.visit(page, { at: "?scene=docker0-full" });

const list = (page: Page): Locator => page.getByRole("listbox", { name: /^1023 containers/ });
const found = (page: Page): Locator => list(page).getByRole("option", { selected: true });
const overview = (page: Page): Locator => page.getByRole("group", { name: /^Overview/ });

/** How far the drawing stands to the right, px. */
const left = (page: Page): Promise<number> =>
  page.locator(".react-flow__viewport").evaluate((element) => new DOMMatrix(getComputedStyle(element).transform).e);

/** The container that the line beside the pointer tells of. */
async function told(page: Page): Promise<string | null> {
  const said = await page.locator(".far-note").allInnerTexts();
  return /^Container (box-\d+), image busybox/.exec(said[0] ?? "")?.[1] ?? null;
}

/** Points along a line over the map until a container is under the pointer. Returns its name and the place. */
async function pointAtCard(page: Page): Promise<{ name: string; x: number; y: number }> {
  const box = await the.boxOf(the.canvas(page));
  const y = box.y + box.height * 0.4;
  for (let x = box.x + box.width * 0.4; x < box.x + box.width; x += 2) {
    await page.mouse.move(x, y);
    const name = await told(page);
    // What is told may still be about where the pointer was.
    if (name === null) continue;
    await the.drawn(page);
    if ((await told(page)) === name) return { name, x, y };
  }
  throw new Error("no container on the map");
}

test("a far card is found by typing its name, and its actions by Enter", async ({ page }) => {
  await open(page);
  await expect(the.canvas(page).getByRole("group", { name: /^Container/ })).toHaveCount(0);
  await list(page).getByRole("option").first().focus();
  await page.keyboard.type("box-512");
  await expect(found(page)).toHaveAccessibleName(/^Container box-512, image busybox, 172\.17\.2\.1\/16/);
  await expect(found(page)).toBeFocused();
  await expect(found(page)).toHaveAttribute("aria-posinset", "512");
  await expect(found(page)).toHaveAttribute("aria-setsize", "1023");
  await page.keyboard.press("ArrowRight");
  await expect(found(page)).toHaveAccessibleName(/^Container box-513,/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("toolbar", { name: "Actions for box-513" })).toBeVisible();
});

test("a press on the map opens a container, two lead there; the overview shows where that is", async ({ page }) => {
  await open(page);
  await expect(overview(page)).toBeHidden();
  const { name, x, y } = await pointAtCard(page);
  await page.mouse.click(x, y);
  await expect(page.getByRole("toolbar", { name: `Actions for ${name}` })).toBeVisible();
  await page.mouse.dblclick(x, y);
  await expect(the.container(page, name)).toBeVisible();
  await expect(overview(page)).toBeVisible();
  expect.soft(await axeFaults(page, ".canvas")).toEqual([]);
  const before = await left(page);
  await overview(page).focus();
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => left(page)).toBeLessThan(before - 100);
  await page.getByRole("button", { name: "Fit everything" }).click();
  await expect(overview(page)).toBeHidden();
});

test("a question goes out of every port, one container answers, and the next one more is refused", async ({ page }) => {
  await the.visit(page, { at: "?scene=docker0-full", speed: 0.25 });
  await expect(page.locator("canvas.packets")).toBeAttached();
  await page.getByRole("button", { name: "Ping box-1 → box-1023" }).click();
  // All over the map there are tokens of ARP.
  await expect.poll(() => the.ink(the.canvas(page), "arp"), { intervals: [30] }).toBeGreaterThan(3000);
  await the.choose(page, /^Speed/, "10×");
  await the.whenIdle(page);
  await the.expectScreen(page, "3 packets transmitted, 3 received, 0% packet loss");
  await the.typeLine(page, "hostA", "docker run -dit --name box-1024 busybox");
  // The kernel's EXFULL, in the daemon's words; the terminal breaks the line where it likes.
  await the.expectScreen(page, /to bridge docker0 failed: ex\s*change\s* fu\s*ll/);
});
