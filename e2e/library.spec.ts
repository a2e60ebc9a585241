import { readFile } from "node:fs/promises";
import { expect, type Locator, type Page, test } from "@playwright/test";
import { axeFaults as faults } from "./checks.ts";
import * as the from "./page.ts";

const dialog = (page: Page): Locator => page.getByRole("dialog", { name: "My scenes" });
const line = (page: Page, name: string): Locator =>
  dialog(page).getByRole("listitem").filter({ hasText: name }).first();

async function openLibrary(page: Page): Promise<void> {
  await page.keyboard.press("Control+s");
  await expect(dialog(page)).toBeVisible();
}

/** Keeps what is open under a name. */
async function keepAs(page: Page, name: string): Promise<void> {
  await openLibrary(page);
  await dialog(page).getByRole("textbox", { name: "Name" }).fill(name);
  await dialog(page).getByRole("button", { name: "Keep under this name" }).click();
  await expect(line(page, name)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog(page)).toHaveCount(0);
}

test("scenes are kept under names with what was done in them, and opening another loses nothing", async ({ page }) => {
  await the.visit(page);
  await the.typeLine(page, "hostA", "docker run -d --name web nginx");
  await page.getByRole("heading", { name: "docker0 playground" }).click();
  await keepAs(page, "with web");
  await the.typeLine(page, "hostA", "docker run -d --name web-2 nginx");
  await the.choose(page, "Same host, first ping", "Two hosts, direct routes");
  await the.whenIdle(page);
  await the.typeLine(page, "hostA", "docker stop nginx-1");
  await page.reload();
  await the.whenIdle(page);
  await openLibrary(page);
  expect.soft(await faults(page)).toEqual([]);
  await expect(line(page, "with web")).toContainText("1 host · 5 containers");
  await dialog(page).getByRole("button", { name: "Open “with web”" }).click();
  await expect(dialog(page)).toHaveCount(0);
  await the.whenIdle(page);
  await expect(the.container(page, "web-2")).toBeVisible();
  await openLibrary(page);
  await expect(dialog(page).getByRole("region", { name: "Open now" })).toContainText("It is kept as “with web”");
  await dialog(page).getByRole("button", { name: "Open “Two hosts, direct routes (no name)”" }).click();
  await the.whenIdle(page);
  await the.openTerminal(page, "hostA");
  await the.expectScreen(page, "docker stop nginx-1");
});

test("a kept scene is renamed, duplicated, and deleted; deleting can be undone", async ({ page }) => {
  await the.visit(page);
  await keepAs(page, "first");
  await openLibrary(page);
  await dialog(page).getByRole("button", { name: "Duplicate “first”" }).click();
  await expect(line(page, "first, copy")).toBeVisible();
  await dialog(page).getByRole("button", { name: "Rename “first, copy”" }).click();
  await dialog(page).getByRole("textbox", { name: "New name" }).fill("second");
  await page.keyboard.press("Enter");
  await dialog(page).getByRole("button", { name: "Delete “second”" }).click();
  await expect(dialog(page).getByRole("button", { name: "Open “second”" })).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(dialog(page)).toHaveCount(0);
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await openLibrary(page);
  await expect(dialog(page).getByRole("button", { name: "Open “second”" })).toBeVisible();
});

/** Drops a file onto the page. */
async function drop(page: Page, name: string, text: string): Promise<void> {
  const data = await page.evaluateHandle(
    ([file, content]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([content], file, { type: "application/json" }));
      return transfer;
    },
    [name, text] as const,
  );
  await page.dispatchEvent("body", "dragover", { dataTransfer: data });
  await page.dispatchEvent("body", "drop", { dataTransfer: data });
}

test("a scene goes out as a file and comes in again, by the button and by dropping it", async ({ page }) => {
  await the.visit(page);
  await the.typeLine(page, "hostA", "docker run -d --name web nginx");
  await page.getByRole("heading", { name: "docker0 playground" }).click();
  await keepAs(page, "web/1");
  await openLibrary(page);
  const download = page.waitForEvent("download");
  await dialog(page).getByRole("button", { name: "Export as a file", exact: true }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe("web-1.docker0.json");
  const text = await readFile(await file.path(), "utf8");
  await page.keyboard.press("Escape");
  await the.choose(page, "Same host, first ping", "Start this scene over");
  await the.whenIdle(page);
  await expect(the.container(page, "web")).toHaveCount(0);
  await drop(page, "web-1.docker0.json", text);
  await expect(the.notices(page)).toContainText("“web/1” is open");
  await expect(the.container(page, "web")).toBeVisible();
  await openLibrary(page);
  const chooser = page.waitForEvent("filechooser");
  await dialog(page).getByText("Import a file …").click();
  const changed = text.replaceAll("--name web ", "--name other ");
  await (await chooser).setFiles({ name: "x.json", mimeType: "application/json", buffer: Buffer.from(changed) });
  await expect(the.container(page, "other")).toBeVisible();
});

test("bad files get a sentence each, and what is open stays open", async ({ page }) => {
  await the.visit(page);
  await the.typeLine(page, "hostA", "docker run -d --name web nginx");
  for (const [text, says] of [
    ["half a st", "it is not JSON"],
    [JSON.stringify({ kind: "docker0-playground", version: 9 }), "made by a newer version"],
    [JSON.stringify({ kind: "docker0-playground", version: 1, saved: {} }), "but damaged"],
  ] as const) {
    await drop(page, "bad.json", text);
    await expect(the.notices(page)).toContainText(says);
  }
  const senseless = {
    version: 1,
    scene: { version: 1, id: "x", title: {}, actions: [], world: 5 },
    log: [],
    tip: -1,
    playhead_ns: 0,
  };
  await drop(page, "bad.json", JSON.stringify({ kind: "docker0-playground", version: 1, saved: senseless }));
  await expect(the.notices(page)).toContainText("makes no sense to the simulator");
  await expect(the.container(page, "web")).toBeVisible();
});

test("with no room left in the browser it says so, and offers a file", async ({ page }) => {
  await the.visit(page);
  await the.typeLine(page, "hostA", "docker run -d --name web nginx");
  await page.evaluate(() => {
    let size = 4_000_000;
    for (let n = 0; size > 50; ) {
      try {
        localStorage.setItem(`filler ${n}`, "x".repeat(size));
        n++;
      } catch {
        size = Math.floor(size / 2);
      }
    }
  });
  await page.getByRole("heading", { name: "docker0 playground" }).click();
  await openLibrary(page);
  await dialog(page).getByRole("textbox", { name: "Name" }).fill("too much");
  await dialog(page).getByRole("button", { name: "Keep under this name" }).click();
  await expect(the.notices(page)).toContainText("The browser has no room left");
  await page.keyboard.press("Escape");
  await expect(dialog(page)).toHaveCount(0);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export as a file" }).click();
  expect((await download).suggestedFilename()).toMatch(/\.docker0\.json$/);
});
