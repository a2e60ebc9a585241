// What is passed on: links that open the same moment elsewhere, figures, pictures, scripts. And what is no link.
import { readFileSync } from "node:fs";
import { expect, type Page, test } from "@playwright/test";
import { axeFaults, leftovers } from "./checks.ts";
import { kept, key, notices, openTerminal, pause, rewind, typeLine, visit, whenIdle } from "./page.ts";

const share = (page: Page) => page.getByRole("button", { name: "Share", exact: true }).click();
const tab = (page: Page, name: string) => page.getByRole("tab", { name, exact: true }).click();

/** The link to the moment that is open, below the site's own address. */
async function momentLink(page: Page): Promise<string> {
  await share(page);
  const field = page.getByRole("textbox", { name: "Link to this moment" });
  await expect(field).toHaveValue(/#s=2\./);
  const link = await field.inputValue();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  return link;
}

/** Where the branch stands: the moment, and everything that has happened by then. */
function moment(page: Page): Promise<{ playhead_ns: number; rows: string[] }> {
  return page.evaluate(() => {
    interface Handle {
      timeStore: { getState(): { playhead_ns: number } };
      traceStore: {
        getState(): { shown: number; columns: Record<"t_ns" | "kind" | "dev" | "packet", ArrayLike<number>> };
      };
    }
    const { timeStore, traceStore } = (window as unknown as { __playground: Handle }).__playground;
    const { shown, columns } = traceStore.getState();
    const { t_ns, kind, dev, packet } = columns;
    const rows = Array.from({ length: shown }, (_, i) => [t_ns[i], kind[i], dev[i], packet[i]].join(" "));
    return { playhead_ns: timeStore.getState().playhead_ns, rows };
  });
}

test("a link opens the same moment in another browser, with its fork", async ({ page, browser, baseURL }) => {
  await visit(page);
  await key(page, "p");
  await rewind(page);
  await openTerminal(page, "hostA");
  await typeLine(page, "hostA", "docker stop box-3");
  await page
    .getByRole("button", { name: "Pause", exact: true })
    .click()
    .catch(() => undefined);
  const before = await moment(page);
  const link = await momentLink(page);

  const elsewhere = await (await browser.newContext({ baseURL, serviceWorkers: "block" })).newPage();
  await visit(elsewhere, { language: "en" });
  await elsewhere.goto("about:blank");
  await elsewhere.goto(link);
  await whenIdle(elsewhere);
  await expect.poll(() => moment(elsewhere)).toEqual(before);
  expect(new URL(elsewhere.url()).hash).toBe("");
  await elsewhere.getByRole("button", { name: /[Bb]ranches/ }).click();
  await expect(elsewhere.getByText(/ping -c 3/).first()).toBeVisible();
  await elsewhere.context().close();
});

test("a link takes the place of what was open, which can be brought back", async ({ page }) => {
  await visit(page);
  await key(page, "p");
  const link = await momentLink(page);
  await openTerminal(page, "hostA");
  await typeLine(page, "hostA", "ip neigh");
  const before = await kept(page, "state");
  await page.evaluate((hash) => {
    location.hash = hash;
  }, new URL(link).hash);
  await expect(notices(page).getByText(/The link is open/)).toBeVisible();
  await page.getByRole("button", { name: "Bring back" }).click();
  await whenIdle(page);
  expect(JSON.parse((await kept(page, "state")) ?? "").log).toEqual(JSON.parse(before ?? "").log);
});

const HOSTILE = [
  ["#s=rubbish", /no state of this page/],
  ["#s=2.AAAA", /damaged/],
  ["#s=99.AAAA", /newer version/],
  ["#s=%F0%9F%92%A3", /no state of this page/],
  // A state of the right form, in which time runs backwards.
  [null, /makes no sense/],
] as const;

test("what is no link says so, and what was open stays open", async ({ page }) => {
  await visit(page);
  await key(page, "p");
  await pause(page);
  const before = await moment(page);
  const { default: pack } = await import("node:zlib");
  const bad = {
    s: ["same-host", "x"],
    n: ["hostA"],
    l: [
      [1, 5, 0, "ls"],
      [1, -9, 0, "ls"],
    ],
    t: 1,
    p: 0,
  };
  const packed = pack.deflateRawSync(JSON.stringify(bad)).toString("base64url");
  for (const [hash, words] of HOSTILE) {
    await page.evaluate((text) => {
      location.hash = text;
    }, hash ?? `#s=2.${packed}`);
    await expect(notices(page).getByText(words).first()).toBeVisible();
    expect(await moment(page)).toEqual(before);
  }
  await page.goto("./#s=2.AAAA");
  await page.reload();
  await whenIdle(page);
  await expect(notices(page).getByText(/damaged/)).toBeVisible();
  await expect.poll(() => moment(page)).toEqual(before);
});

test("figures have a live preview, and a text that follows the settings", async ({ page }) => {
  await visit(page);
  await share(page);
  await tab(page, "Embed");
  const text = page.getByRole("textbox", { name: "Text for your page" });
  await expect(text).toHaveValue(/<iframe src=".*\?embed=1&amp;scene=same-host"/);
  const preview = page.frameLocator("iframe[title='Preview of the figure']");
  await expect(preview.getByTestId("main-action")).toBeVisible();
  await page.getByLabel("Language").selectOption("zh");
  await expect(text).toHaveValue(/lang=zh/);
  await expect(preview.getByText("从 nginx-1 ping nginx-2").first()).toBeVisible();
  await page.getByLabel("As", { exact: true }).selectOption("element");
  await expect(text).toHaveValue(/<docker0-playground scene="same-host" lang="zh">/);
});

test("pictures, captures and scripts are files with something in them", async ({ page }) => {
  await visit(page);
  await key(page, "p");
  await share(page);
  await tab(page, "Picture");
  const save = async (name: string): Promise<Buffer> => {
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name }).click()]);
    return readFileSync(await file.path());
  };
  const svg = (await save("Save as SVG")).toString();
  const parsed = await page.evaluate((text) => {
    const { documentElement } = new DOMParser().parseFromString(text, "image/svg+xml");
    return { name: documentElement.nodeName, text: documentElement.textContent };
  }, svg);
  expect(parsed.name).toBe("svg");
  expect(parsed.text).toContain("nginx-2");
  const png = await save("Save as PNG");
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  expect(png.length).toBeGreaterThan(20_000);
  expect(png.readUInt32BE(16)).toBeGreaterThan(1000);
  await tab(page, "Files");
  expect((await save("Save pcapng")).readUInt32LE(0)).toBe(0x0a0d0d0a);
  expect((await save("Save script")).toString()).toContain("  inside nginx-1 'ping -c 3 172.17.0.3'\n");
});

test("copies where it may, and selects the text where it may not", async ({ page, context }) => {
  await visit(page);
  await share(page);
  const copy = page.getByRole("button", { name: "Copy: Link to the scene" });
  await page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new Error("refused"));
  });
  await copy.click();
  await expect(page.getByText(/press Ctrl-C/)).toBeVisible();
  expect(await page.evaluate(() => getSelection()?.toString())).toContain("?scene=same-host");
  await page.keyboard.press("Escape");
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.reload();
  await whenIdle(page);
  await share(page);
  await copy.click();
  await expect(copy).toHaveText("Copied");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/\/playground\/\?scene=same-host$/);
});

for (const [language, width, theme, looked] of [
  ["en", 1280, "light", [1, 2]],
  ["zh", 1280, "dark", [0, 3]],
  ["zh", 390, "light", [0, 1, 3]],
] as const) {
  test(`the dialog is sound in ${language}, ${width} px wide, ${theme}`, async ({ page }) => {
    await page.setViewportSize({ width, height: 800 });
    await visit(page, { language, theme });
    await page.keyboard.press("s");
    await expect(page.getByRole("dialog")).toBeVisible();
    const tabs = page.getByRole("dialog").getByRole("tab");
    await expect(page.getByRole("dialog").locator("textarea").first()).toBeVisible();
    for (const i of looked) {
      await tabs.nth(i).click();
      await expect(page.getByRole("dialog").locator("textarea, img").first()).toBeVisible();
      // The figure is this very page in a frame: its landmarks have the same names.
      expect.soft((await axeFaults(page)).filter((fault) => !fault.startsWith("landmark-unique"))).toEqual([]);
      const overflow = await page.getByRole("dialog").evaluate((dialog) => dialog.scrollWidth - dialog.clientWidth);
      expect.soft(overflow).toBeLessThanOrEqual(0);
    }
    if (language === "zh") {
      await tabs.first().click();
      expect.soft((await leftovers(page)).filter((text) => !/:\/\/|icmp and host/.test(text))).toEqual([]);
    }
  });
}
