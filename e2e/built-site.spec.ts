import { expect, test } from "@playwright/test";
import * as the from "./page.ts";

test("the built page runs under a sub-path: no complaint, and no request leaves the site", async ({
  page,
  baseURL,
}) => {
  const complaints: string[] = [];
  const elsewhere: string[] = [];
  page.on("console", (message) => {
    // Service workers are kept out of these tests, and the browser says so.
    if (/Service Worker registration blocked/.test(message.text())) return;
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("response", (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(baseURL ?? "?") && !/^(data|blob):/.test(request.url()))
      elsewhere.push(request.url());
  });
  await the.visit(page);
  await expect(page).toHaveTitle(/docker0 playground/i);
  expect(new URL(page.url()).pathname).toBe("/playground/");
  await the.press(page, "Ping nginx-1 → nginx-2");
  await the.events(page).filter({ hasText: "echo request" }).last().click();
  await the.typeLine(page, "hostA", "docker network inspect bridge");
  await the.choose(page, "Theme", "Dark");
  await page.getByRole("button", { name: "切换到中文" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
  await page.getByRole("button", { name: /帮助/ }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  expect.soft(complaints).toEqual([]);
  expect.soft(elsewhere).toEqual([]);
});

test("what every interface saw is saved as a pcapng file", async ({ page }) => {
  await the.visit(page);
  await the.press(page, "Ping nginx-1 → nginx-2");
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save what every interface saw as pcapng" }).click();
  const download = await saved;
  expect(download.suggestedFilename()).toBe("docker0.pcapng");
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  expect(bytes.readUInt32LE(0)).toBe(0x0a0d0d0a);
  // An ARP request from nginx-1: broadcast, its MAC, EtherType 0x0806.
  expect(bytes.includes(Buffer.from("ffffffffffff0242ac1100020806", "hex"))).toBe(true);
});
