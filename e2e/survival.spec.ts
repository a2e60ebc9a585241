import { readFile } from "node:fs/promises";
import { expect, type Page, test } from "@playwright/test";
import { axeFaults } from "./checks.ts";
import * as the from "./page.ts";

const DAMAGED = "What was saved at your last visit can't be opened";

for (const [what, state] of [
  ["text that is no JSON", "{ half a st"],
  ["another version", JSON.stringify({ version: 7, scene: { id: "x" }, log: [] })],
  [
    "a scene that cannot be built",
    JSON.stringify({
      version: 1,
      scene: { version: 1, id: "x", title: {}, actions: [], world: 5 },
      log: [],
      tip: -1,
      playhead_ns: 0,
    }),
  ],
] as const) {
  test(`a damaged saved state (${what}): a sentence, a fresh scene, and the state is kept aside`, async ({ page }) => {
    await the.visit(page, { state });
    await expect(the.notices(page)).toContainText(DAMAGED);
    await expect(the.container(page, "nginx-1")).toBeVisible();
    await expect.poll(() => the.kept(page, "state-set-aside")).toBe(state);
    const saved = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save it as a file" }).click();
    expect((await saved).suggestedFilename()).toMatch(/\.json$/);
    await the.typeLine(page, "hostA", "hostname");
    await the.expectScreen(page, /hostname\nhostA$/m);
  });
}

test("a session survives a reload, at the same moment", async ({ page }) => {
  await the.visit(page);
  await the.typeLine(page, "hostA", "docker run -d --name web nginx");
  await the.press(page, "Ping nginx-1 → nginx-2");
  await the.pause(page);
  const end = await the.eventLines(page);
  // Back before the ping's end, however far time has run since on a busy machine.
  await expect(async () => {
    await the.stepBack(page);
    expect(await the.screen(page)).toMatch(/icmp_seq=\d(?![\s\S]*statistics)/);
  }).toPass();
  const before = {
    at: await the.readout(page).innerText(),
    lines: await the.eventLines(page),
    fdb: await the.fdb(page),
  };
  const text = await the.screen(page);
  await page.reload();
  await the.whenIdle(page);
  await expect(the.readout(page)).toHaveText(before.at);
  await expect.poll(() => the.eventLines(page)).toEqual(before.lines);
  await expect.poll(() => the.fdb(page)).toEqual(before.fdb);
  await expect(the.container(page, "web")).toBeVisible();
  await the.openTerminal(page, "nginx-1");
  await expect.poll(() => the.screen(page)).toBe(text);
  await the.play(page);
  await expect.poll(() => the.eventLines(page)).toContainEqual(end.at(-1));
});

/** Serves the simulator with a fault: it throws at requests for which `when` (JavaScript about `request`) holds. */
async function breakWorker(page: Page, when: string): Promise<void> {
  await page.route(/worker-[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    const fault = `addEventListener("message", (event) => {
      const { request } = event.data;
      if (!(${when})) return;
      event.stopImmediatePropagation();
      throw new Error("broken on purpose");
    });`;
    await route.fulfill({ response, body: `${fault}\n${await response.text()}` });
  });
}

test("a simulator that crashes is restarted from the log, with a sentence about it", async ({ page }) => {
  await breakWorker(page, `request.type === "exec" && request.line === "uname -a"`);
  await the.visit(page);
  await the.press(page, "Ping nginx-1 → nginx-2");
  await the.typeLine(page, "hostA", "uname -a");
  await expect(the.notices(page)).toContainText(
    "The simulator stopped unexpectedly and was restarted from the log of your commands. Nothing is lost.",
  );
  await expect(the.notices(page)).toContainText("This command was not run: uname -a");
  await expect.poll(() => the.learned(page)).toEqual(["02:42:ac:11:00:02", "02:42:ac:11:00:03"]);
  await the.typeLine(page, "hostA", "hostname");
  await the.expectScreen(page, /hostname\nhostA$/m);
});

test("a command that crashes the simulator again and again is left out, and the log is kept aside", async ({
  page,
}) => {
  const isPoison = `JSON.stringify(request.saved?.log.find((entry) => entry.id === request.saved.tip) ?? "").includes("uname -a")`;
  await breakWorker(page, `(request.type === "restore" && ${isPoison}) || request.type === "seek"`);
  await the.visit(page);
  await the.press(page, "Ping nginx-1 → nginx-2");
  await the.typeLine(page, "hostA", "uname -a");
  await the.stepBack(page);
  await expect(the.notices(page)).toContainText("restarted without your last command");
  await expect.poll(() => the.kept(page, "state-set-aside")).toContain("uname -a");
  await expect(the.container(page, "nginx-1")).toBeVisible();
});

/** Serves the page's main part with a fault in its heading, until what it returns is called. */
async function breakPage(page: Page): Promise<() => void> {
  let broken = true;
  await page.route(/\/first-load-[^/]*\.js$/, async (route) => {
    if (!broken) return route.continue();
    const response = await route.fetch();
    const text = (await response.text()).replaceAll(
      /["'`]app-name["'`]/g,
      '(()=>{throw new Error("broken on purpose")})()',
    );
    await route.fulfill({ contentType: "text/javascript", headers: { "cache-control": "no-store" }, body: text });
  });
  return () => {
    broken = false;
  };
}

const recovery = (page: Page) => page.getByRole("alert");

test("a page that breaks while it is drawn leaves a page from which the log is saved and the last good state opens", async ({
  page,
}) => {
  await the.visit(page);
  await the.typeLine(page, "hostA", "docker run -d --name web nginx");
  await expect.poll(() => the.kept(page, "state-good")).toContain("--name web");
  const mend = await breakPage(page);
  await page.reload();
  await expect(recovery(page)).toContainText("The page has stopped");
  expect.soft(await axeFaults(page)).toEqual([]);
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download the log" }).click();
  const log = JSON.parse(await readFile(await (await saved).path(), "utf8"));
  expect(JSON.stringify(log.saved.log)).toContain("docker run -d --name web nginx");
  expect(log.fault).toContain("broken on purpose");
  mend();
  await page.getByRole("button", { name: "Start with the last good state" }).click();
  // It stands where it was kept, maybe before the container was made.
  await the.play(page);
  await the.whenIdle(page);
  await expect(the.container(page, "web")).toBeVisible();
});

test("a page that cannot be fetched says so, and is tried again without losing anything", async ({ page }) => {
  await the.visit(page);
  await the.typeLine(page, "hostA", "docker run -d --name web nginx");
  await page.route(/\/first-load-[^/]*\.js$/, (route) => route.abort());
  await page.reload();
  await expect(recovery(page)).toContainText("could not be fetched");
  await page.unroute(/\/first-load-[^/]*\.js$/);
  await page.getByRole("button", { name: "Try again" }).click();
  await the.whenIdle(page);
  await expect(the.container(page, "web")).toBeVisible();
});

test("after three starts that came to nothing the recovery page stands; a fresh start sets the state aside", async ({
  page,
}) => {
  await the.visit(page);
  await the.typeLine(page, "hostA", "docker run -d --name web nginx");
  const state = await the.kept(page, "state");
  await page.addInitScript(() => {
    if (sessionStorage.getItem("hung") !== null) return;
    sessionStorage.setItem("hung", "yes");
    localStorage.setItem("docker0-playground/starts", "3");
  });
  await page.reload();
  await expect(recovery(page)).toContainText("The page has stopped");
  await page.getByRole("button", { name: "Start fresh" }).click();
  await the.whenIdle(page);
  await expect(the.container(page, "nginx-1")).toBeVisible();
  await expect(the.container(page, "web")).toHaveCount(0);
  const aside = JSON.parse((await the.kept(page, "state-set-aside")) ?? "null");
  expect(aside.log).toEqual(JSON.parse(state ?? "null").log);
});

test("a dialog that cannot be fetched says so, and the rest of the page goes on", async ({ page }) => {
  await the.visit(page);
  await page.route(/\/help-dialog-[^/]*\.js$/, (route) => route.abort());
  await page.getByRole("button", { name: "Help and keys" }).click();
  await expect(the.notices(page)).toContainText("A part of the page could not be fetched");
  await the.press(page, "Ping nginx-1 → nginx-2");
  await expect(the.container(page, "nginx-1")).toBeVisible();
});
