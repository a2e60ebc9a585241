import { expect, type Locator, type Page, test } from "@playwright/test";
import { axeFaults, leftovers } from "./checks.ts";
import * as the from "./page.ts";

const lesson = (page: Page, title: string | RegExp): Locator =>
  page.getByRole("region", { name: title instanceof RegExp ? title : `Lesson: ${title}` });
const puzzle = (page: Page, title: string): Locator => page.getByRole("region", { name: `Puzzle: ${title}` });

/** Opens a lesson or puzzle from the list. */
async function open(page: Page, title: string): Promise<void> {
  await page.getByRole("button", { name: "Lessons", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: title }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await the.whenIdle(page);
}

/** Lets the page do the step, and waits until the card says what came of it. */
async function doIt(card: Locator): Promise<void> {
  await card.getByRole("button", { name: "Do it for me" }).click();
  await expect(card.getByRole("status")).not.toBeEmpty({ timeout: 20_000 });
}

const choose = (card: Locator, letter: string): Promise<void> =>
  card.getByRole("radio", { name: new RegExp(`^${letter} ·`) }).click();

test("two containers, one bridge: predicted by key, done by hand, to the end; the scene stays, the mark too", async ({
  page,
}) => {
  await the.visit(page);
  await open(page, "Two containers, one bridge");
  const card = lesson(page, "Two containers, one bridge");
  await expect(card).toContainText("1 of 3 · Predict");
  await expect(card.locator(".lesson-body")).toBeFocused();
  await page.keyboard.press("a");
  await expect(card.getByRole("radio", { name: /^A ·/ })).toBeChecked();
  await the.typeLine(page, "nginx-1", "ping -c 1 172.17.0.3");
  await expect(card.getByRole("status")).toHaveText("As you predicted.");
  await expect(card).toContainText("1 of 3 · Why");
  await card.getByRole("button", { name: "Next" }).click();
  await choose(card, "B");
  await doIt(card);
  await expect(card.getByRole("status")).toHaveText("It was A.");
  await card.getByRole("button", { name: "Next" }).click();
  await expect(card).toContainText("3 of 3 · Predict");
  await page.keyboard.press("2");
  await expect(card.getByRole("radio", { name: /^B ·/ })).toBeChecked();
  await page.keyboard.press("Enter");
  await expect(card.getByRole("status")).toHaveText("As you predicted.", { timeout: 20_000 });
  await card.getByRole("button", { name: "Finish" }).click();
  await expect(card).toContainText("2 of 3 predictions were right.");
  await card.getByRole("button", { name: "Close the lesson; the scene stays" }).click();
  await expect(card).toHaveCount(0);
  await expect(the.container(page, "nginx-2")).toContainText("172.17.0.3");
  await page.reload();
  await the.whenIdle(page);
  await page.keyboard.press("o");
  await expect(page.getByRole("dialog")).toContainText("1 of 29 done");
});

test("keys pressed while the next step is still being made are for its question", async ({ page }) => {
  await the.visit(page, { speed: 1 });
  await open(page, "Two containers, one bridge");
  const card = lesson(page, "Two containers, one bridge");
  await choose(card, "A");
  await doIt(card);
  // The step waits for what still runs.
  await the.startLine(page, "box-3", "ping -c 3 172.17.0.2");
  await the.expectScreen(page, "icmp_seq=1");
  await card.getByRole("button", { name: "Next" }).click();
  await page.keyboard.press("2");
  await page.keyboard.press("Enter");
  await expect(card).toContainText("2 of 3 · Why", { timeout: 30_000 });
  await expect(card.getByRole("radio", { name: /^B ·/ })).toBeChecked();
  await expect(card.getByRole("status")).toHaveText("It was A.");
  await expect(page.getByRole("region", { name: "Terminals" }).locator(":focus")).toHaveCount(0);
});

test("a lesson on two hosts, and one that builds what it needs", async ({ page }) => {
  test.slow();
  await the.visit(page);
  for (const title of ["Flannel: a frame inside a packet", "Build docker0 yourself"]) {
    await open(page, title);
    const card = lesson(page, title);
    for (;;) {
      await expect(card).toContainText(/ · (Predict|Do)/, { timeout: 15_000 });
      const first = card.getByRole("radio").first();
      if ((await first.count()) > 0) await first.click();
      await doIt(card);
      await expect(card.getByRole("status")).toHaveText(/As you predicted\.|It was [B-H]\.|Done\./);
      const last = card.getByRole("button", { name: "Finish" });
      const isLast = (await last.count()) > 0;
      await card.getByRole("button", { name: isLast ? "Finish" : "Next" }).click();
      if (isLast) break;
    }
    await expect(card).toContainText(`That was “${title}”.`);
  }
});

const PUZZLES = [
  ["As far as docker0 and no further", "hostA", "sysctl -w net.ipv4.ip_forward=1"],
  ["The answer that never comes", "hostB", "ip route add 172.17.0.0/24 via 192.168.1.10"],
  ["Somebody else moved in", "hostA", "ip neigh del 172.17.0.2 dev docker0"],
] as const;

for (const [title, node, line] of PUZZLES) {
  test(`puzzle: ${title}`, async ({ page }) => {
    await the.visit(page);
    await open(page, title);
    const card = puzzle(page, title);
    await card.getByRole("button", { name: "Check" }).click();
    await expect(card.getByRole("status")).toHaveText("Not yet: it still doesn’t work.");
    await card.getByRole("button", { name: /^Hint/ }).click();
    await expect(card.getByRole("list", { name: "Hints" }).getByRole("listitem")).toHaveCount(1);
    await the.typeLine(page, node, line);
    await expect(card.getByRole("status")).toHaveText("Solved: it works.");
    await expect(card).toContainText("Why");
  });
}

test("the curtain: nothing of the future shows before a prediction, at first, after a restart and rewound", async ({
  page,
}) => {
  await the.visit(page);
  await open(page, "Two containers, one bridge");
  const card = lesson(page, "Two containers, one bridge");
  const nothing = async () => {
    await expect(the.events(page)).toHaveCount(0);
    await expect(the.readout(page)).toHaveText(/^0\.000 000 s$/);
    await expect(the.scrubber(page)).toHaveAttribute("aria-valuemax", "0");
    await expect.poll(() => the.screen(page)).not.toContain("PING");
    await the.drawn(page);
    expect(await the.learned(page)).toEqual([]);
    expect(await the.ink(the.canvas(page), "arp")).toBe(0);
    expect(await ticks(page)).toBe(0);
  };
  await nothing();
  // What is done meanwhile waits; nobody gets past the moment of the question.
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await page.getByRole("button", { name: "Ping nginx-1 → nginx-2" }).click();
  await the.stepHop(page);
  await expect(the.notices(page).first()).toContainText("Predict first");
  await nothing();
  await choose(card, "A");
  await expect(card.getByRole("status")).toHaveText("As you predicted.", { timeout: 20_000 });
  expect(await ticks(page)).toBeGreaterThan(0);
  await card.getByRole("button", { name: "Restart this step" }).click();
  await expect(card).toContainText("1 of 3 · Predict");
  await the.openTerminal(page, "nginx-1");
  await nothing();
  await the.toTheEnd(page);
  await the.key(page, "Control+Shift+z");
  await nothing();
  await page.reload();
  await the.whenIdle(page);
  await expect(card).toContainText("1 of 3 · Predict");
  await the.openTerminal(page, "nginx-1");
  await nothing();
});

/** Pixels of the colour of ARP or ICMP on the timeline. */
function ticks(page: Page): Promise<number> {
  return the.scrubber(page).evaluate((track) => {
    const drawn = track.querySelector("canvas")!;
    const { data } = drawn.getContext("2d")!.getImageData(0, 0, drawn.width, drawn.height);
    const style = getComputedStyle(document.documentElement);
    const colours = ["--arp", "--icmp"].map((name) => {
      const hex = style.getPropertyValue(name).trim();
      return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
    });
    let count = 0;
    for (let i = 0; i < data.length; i += 4) {
      const isOne = (colour: number[]) => colour.every((part, j) => Math.abs(data[i + j]! - part) < 12);
      if (data[i + 3]! > 200 && colours.some(isOne)) count++;
    }
    return count;
  });
}

test("in Chinese, with axe: the list and the card", async ({ page }) => {
  test.slow();
  await the.visit(page, { language: "zh" });
  await expect(page.getByPlaceholder(/icmp/)).toBeVisible();
  const before = await leftovers(page);
  await page.getByRole("button", { name: "课程", exact: true }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  expect.soft((await leftovers(page)).filter((text) => !before.includes(text))).toEqual([]);
  expect.soft(await axeFaults(page)).toEqual([]);
  await page.getByRole("dialog").getByRole("button", { name: "从宿主机到容器" }).click();
  const card = lesson(page, /^课程：/);
  await expect(card).toContainText("第 1 步，共 2 步");
  await page.keyboard.press("a");
  await card.getByRole("button", { name: "替我做" }).click();
  await expect(card.getByRole("status")).not.toBeEmpty({ timeout: 20_000 });
  await the.whenIdle(page);
  expect.soft((await leftovers(page)).filter((text) => !before.includes(text))).toEqual([]);
  expect.soft(await axeFaults(page)).toEqual([]);
});

test("the card is moved to another corner, folded up and unfolded; the drawing makes room", async ({ page }) => {
  await the.visit(page);
  await open(page, "From the host to its container");
  const card = lesson(page, "From the host to its container");
  const left = async () => (await the.boxOf(card)).x;
  const right = await left();
  const endOfBar = async () => {
    const bar = await the.boxOf(the.bridge(page));
    return bar.x + bar.width;
  };
  await expect.poll(endOfBar).toBeLessThanOrEqual(right);
  await card.getByRole("button", { name: "Move to another corner" }).click();
  await expect.poll(left).toBeLessThan(right - 200);
  await card.getByRole("button", { name: "Fold up" }).click();
  await expect(card.getByRole("radio")).toHaveCount(0);
  await card.getByRole("button", { name: "Unfold" }).click();
  await expect(card.getByRole("radio").first()).toBeVisible();
});

test("at 390 px the card is a sheet above the tabs, also beside the terminal; dark, with axe", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await the.visit(page, { theme: "dark" });
  await the.choose(page, /^Scene/, "Lessons");
  await page.getByRole("dialog").getByRole("button", { name: "Two containers, one bridge" }).click();
  const card = lesson(page, "Two containers, one bridge");
  await choose(card, "B");
  await doIt(card);
  expect.soft(await axeFaults(page)).toEqual([]);
  await page.getByRole("button", { name: "Terminal", exact: true }).click();
  await expect(card).toBeVisible();
  await the.expectScreen(page, "1 packets transmitted");
  const sheet = await the.boxOf(card);
  expect([sheet.x, Math.round(sheet.width)]).toEqual([0, 390]);
});

for (const [width, height, presents] of [
  [1024, 768, false],
  [1280, 720, true],
] as const) {
  test(`a step's camera cuts nothing off at ${width} × ${height}${presents ? ", presenting" : ""}`, async ({
    page,
  }) => {
    await page.setViewportSize({ width, height });
    await the.visit(page, { at: "?lesson=same-host", panels: {} });
    const card = lesson(page, "Two containers, one bridge");
    await expect(card).toContainText("1 of 3 · Predict");
    if (presents) await page.keyboard.press("Shift+P");
    for (const name of ["server internet", "gateway gw"]) {
      const machine = the.canvas(page).getByRole("group", { name });
      const window = await the.boxOf(page.locator(".app-canvas"));
      await expect
        .poll(async () => {
          const box = await the.boxOf(machine);
          return box.y >= window.y && box.y + box.height <= window.y + window.height;
        })
        .toBe(true);
    }
    const table = the.canvas(page).getByRole("region", { name: "Forwarding table of docker0" });
    await expect(table.getByText("+4 permanent")).toBeVisible();
  });
}

test("presenting: large type, and a remote control that reveals, goes on and goes back", async ({ page }) => {
  await the.visit(page);
  await page.keyboard.press("Shift+P");
  await open(page, "Two containers, one bridge");
  const card = lesson(page, "Two containers, one bridge");
  const size = await card.getByText("Sends it out of every other port").evaluate((text) => {
    const drawn = text.getBoundingClientRect().height / (text as HTMLElement).offsetHeight;
    return Number.parseFloat(getComputedStyle(text).fontSize) * (drawn > 1.01 ? drawn : 1);
  });
  expect(size).toBeGreaterThanOrEqual(18);
  await page.keyboard.press("PageDown");
  await expect(card.getByRole("status")).toHaveText("It was A.", { timeout: 20_000 });
  await page.keyboard.press("PageDown");
  await expect(card).toContainText("2 of 3 · Predict", { timeout: 15_000 });
  await page.keyboard.press("PageUp");
  await expect(card).toContainText("1 of 3 · Why");
  await page.keyboard.press("PageDown");
  await page.keyboard.press("v");
  await expect(card).toContainText("2 of 3 · Why", { timeout: 15_000 });
  await page.keyboard.press("r");
  await expect(card).toContainText("2 of 3 · Predict");
  await expect(page.getByRole("tabpanel", { name: /^Terminal of/ })).toBeHidden();
  await page.keyboard.press("x");
  await expect(page.getByRole("tabpanel", { name: /^Terminal of/ })).toBeVisible();
  await page.keyboard.press("x");
  await page.keyboard.press("Shift+P");
  await expect(page.getByRole("tabpanel", { name: /^Terminal of/ })).toBeVisible();
});

/** A small lesson as an author would write it. */
const OWN = {
  version: 1,
  kind: "lesson",
  id: "own",
  title: { en: "My own", zh: "我的" },
  scene: "same-host",
  steps: [
    {
      do: { en: "Look around.", zh: "看一看。" },
      watch: { en: "It is there.", zh: "在这里。" },
      why: { en: "Because.", zh: "因为。" },
      done: { type: "typed", node: "hostA", program: "ip" },
    },
  ],
};

/** Drops a file of this text on the page. */
async function drop(page: Page, text: string): Promise<void> {
  const data = await page.evaluateHandle((content) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([content], "lesson.json", { type: "application/json" }));
    return transfer;
  }, text);
  await page.dispatchEvent("body", "drop", { dataTransfer: data });
}

test("a dropped file: a bad one is refused in the page's language and loses nothing, a good one opens", async ({
  page,
}) => {
  await the.visit(page);
  await the.press(page, "Ping nginx-1 → nginx-2");
  const { why: _, ...step } = OWN.steps[0]!;
  await drop(page, JSON.stringify({ ...OWN, steps: [step] }));
  await expect(the.notices(page)).toContainText("This lesson can’t be opened, and what was open stays open.");
  await expect(the.notices(page)).toContainText("step 1, why: This field is missing.");
  await the.expectScreen(page, "3 packets transmitted");
  await page.getByRole("button", { name: "切换到中文" }).click();
  await expect(the.notices(page)).toContainText("第 1 步，why：缺少这个字段。");
  await page.getByRole("button", { name: "Switch to English" }).click();
  await drop(page, JSON.stringify(OWN));
  const card = lesson(page, "My own");
  await expect(card).toContainText("Look around.");
  await the.typeLine(page, "hostA", "ip route");
  await expect(card.getByRole("status")).toHaveText("Done.");
});

test("a lesson's link: by id with a step, by a file's address; what can't be fetched is told", async ({ page }) => {
  test.slow();
  await page.route("**/own.json", (route) => route.fulfill({ json: OWN }));
  await page.route("https://elsewhere.example/**", (route) => route.abort());
  await the.visit(page);
  await page.goto("./?lesson=same-host&step=3&lang=en");
  const card = lesson(page, "Two containers, one bridge");
  await expect(card).toContainText("3 of 3 · Predict", { timeout: 20_000 });
  await page.goto("./?lesson=own.json&lang=en");
  await expect(lesson(page, "My own")).toContainText("1 of 1 · Do");
  await page.reload();
  await expect(lesson(page, "My own")).toContainText("1 of 1 · Do");
  await page.goto("./?lesson=https://elsewhere.example/own.json&lang=en");
  await expect(the.notices(page)).toContainText("its server doesn’t allow other sites to read it (CORS)");
  await page.goto("./?lesson=nothing-like-it&lang=en");
  await expect(the.notices(page)).toContainText("There is no lesson called nothing-like-it.");
});

test("assessment: predictions, tries and times are told at the end, as text to copy", async ({ page }) => {
  await the.visit(page);
  await page.goto("./?lesson=host-to-container&assess=1&lang=en");
  const card = lesson(page, "From the host to its container");
  await expect(card).toContainText("1 of 2 · Predict");
  await choose(card, "A");
  await doIt(card);
  await card.getByRole("button", { name: "Restart this step" }).click();
  await choose(card, "B");
  await doIt(card);
  await card.getByRole("button", { name: "Next" }).click();
  await expect(card).toContainText("2 of 2", { timeout: 15_000 });
  if ((await card.getByRole("radio").count()) > 0) await choose(card, "A");
  await doIt(card);
  await card.getByRole("button", { name: "Finish" }).click();
  const report = card.locator("pre");
  await expect(report).toContainText("(host-to-container)");
  await expect(report).toContainText(/1\. .* → done, predicted B.*, done by the page, 2 tries/);
  await expect(report).toContainText(/Predictions right: \d of \d/);
  await expect(report).toContainText(/Time: \d+\.\d min; in the network \d+\.\d s/);
  await expect(card.getByRole("button", { name: "Copy the results" })).toBeVisible();
});

test("be the bridge: a frame stands before docker0, the learner decides, then docker0 does", async ({ page }) => {
  await the.visit(page);
  await page.getByRole("button", { name: "Lessons", exact: true }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /^Be the bridge/ })
    .click();
  const card = page.getByRole("region", { name: "Be the bridge" });
  await card.getByRole("button", { name: "Be docker0 on hostA" }).click();
  await card.getByRole("button", { name: "Ping nginx-1 → nginx-2" }).click();
  await expect(card).toContainText("ff:ff:ff:ff:ff:ff", { timeout: 15_000 });
  // Nothing is decided yet, and nobody can look ahead.
  await expect.poll(() => the.learned(page)).toEqual([]);
  await the.stepHop(page);
  await expect.poll(() => the.learned(page)).toEqual([]);
  await expect(the.lastEvent(page)).not.toContainText("docker0 floods");
  await page.keyboard.press("a");
  await expect(card.getByRole("status")).toHaveText("The bridge did C.");
  await expect.poll(() => the.learned(page)).toHaveLength(1);
  for (const letter of ["a", "a", "a", "a"]) {
    await card.getByRole("button", { name: "Next frame" }).click();
    await expect(card.getByRole("radio").first()).toHaveAttribute("aria-checked", "false", { timeout: 15_000 });
    await expect(card.getByRole("status")).toBeEmpty();
    await page.keyboard.press(letter);
    await expect(card.getByRole("status")).toHaveText("Just what the bridge did.");
  }
  await page.keyboard.press("Enter");
  await expect(card).toContainText("4 of 5 frames as the bridge does.");
  expect.soft(await axeFaults(page)).toEqual([]);
});
