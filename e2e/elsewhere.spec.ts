// The page where it is not at home: on paper, without JavaScript, and as one file without a server.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "@playwright/test";
import { key, openTerminal, visit, whenIdle } from "./page.ts";

test("on paper it is the picture of the moment with the events up to it, in every theme", async ({ page }) => {
  await visit(page, { theme: "dark" });
  await key(page, "p");
  const paper = page.locator(".print-page");
  // What prints is fetched in a quiet moment.
  await expect
    .poll(async () => {
      await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
      return paper.count();
    })
    .toBe(1);
  await page.emulateMedia({ media: "print" });
  await expect(paper.getByRole("heading", { level: 1 })).toHaveText("Same host, first ping");
  await expect(paper.getByRole("img", { name: /Same host, first ping/ })).toBeVisible();
  await expect(paper.getByRole("row", { name: /docker0 floods/ })).toBeVisible();
  await expect(page.getByTestId("main-action")).toBeHidden();
  expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe("rgb(255, 255, 255)");
  expect((await page.pdf()).length).toBeGreaterThan(20_000);
  await page.emulateMedia({ media: "screen" });
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  await expect(paper).toHaveCount(0);
  await expect(page.getByTestId("main-action")).toBeVisible();
});

test("without JavaScript there is a picture of the first scene, and a sentence in both languages", async ({
  browser,
  baseURL,
}) => {
  const context = await browser.newContext({ baseURL: baseURL!, javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto("./");
  const picture = page.getByRole("img", { name: /docker0 floods/ });
  await expect(picture).toBeVisible();
  expect((await picture.boundingBox())?.height).toBeGreaterThan(300);
  await expect(page.getByText(/needs JavaScript/)).toBeVisible();
  await expect(page.getByText(/启用 JavaScript/)).toBeVisible();
  const answer = await page.request.get("first-scene.svg");
  expect(answer.headers()["content-type"]).toContain("svg");
  await context.close();
});

test("as one file it opens without a server, pings, and speaks Chinese", async ({ page }) => {
  const file = resolve(process.env.E2E_SITE ?? "dist", "docker0-playground.html");
  expect(existsSync(file), "npm run build:file makes it").toBe(true);
  const fetched: string[] = [];
  page.on("request", (request) => {
    if (!/^(data|blob):/.test(request.url())) fetched.push(request.url());
  });
  await page.goto(pathToFileURL(file).href);
  await whenIdle(page);
  await page.getByTestId("main-action").click();
  await whenIdle(page);
  await openTerminal(page, "nginx-1");
  await expect(page.getByText(/3 received/).first()).toBeVisible();
  await page.getByRole("button", { name: /中文/ }).click();
  await expect(page.getByRole("button", { name: "分享", exact: true })).toBeVisible();
  expect(fetched).toEqual([pathToFileURL(file).href]);
});
