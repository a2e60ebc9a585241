import { expect, test } from "@playwright/test";

test("the built page opens under a sub-path without an error", async ({ page }) => {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("response", (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
  });
  await page.goto("./");
  await expect(page).toHaveTitle(/docker0 Playground/);
  await expect(page.locator("#root > *").first()).toBeVisible();
  expect(new URL(page.url()).pathname).toBe("/playground/");
  expect(complaints).toEqual([]);
});
