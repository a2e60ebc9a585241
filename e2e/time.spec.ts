import { expect, test } from "@playwright/test";
import * as the from "./page.ts";

const MAC_1 = "02:42:ac:11:00:02";
const MAC_2 = "02:42:ac:11:00:03";

test("rewound to before the first ARP nothing of it shows; played again everything is the same", async ({ page }) => {
  await the.visit(page);
  await the.press(page, "Ping nginx-1 → nginx-2");
  await the.expectScreen(page, /3 packets transmitted, 3 received.*\nrtt .*\n\S+[#$]$/);
  await the.pause(page);
  const [text, lines] = [await the.screen(page), await the.eventLines(page)];

  await the.rewind(page);
  await expect.poll(() => the.fdb(page)).toEqual(Array(4).fill(expect.stringContaining("permanent")));
  await expect(the.container(page, "nginx-1").getByRole("list", { name: "Neighbours" })).toHaveCount(0);
  await expect(the.events(page)).toHaveCount(0);
  await expect(page.getByText("0 events")).toBeVisible();
  await expect.poll(() => the.screen(page)).not.toContain("PING");
  await expect.poll(() => the.screen(page)).toMatch(/^\S+[#$]$/);

  await the.toTheEnd(page);
  await expect.poll(() => the.screen(page)).toBe(text);
  await expect.poll(() => the.eventLines(page)).toEqual(lines);
  await the.rewind(page);
  await expect.poll(() => the.screen(page)).not.toContain("PING");
  await the.play(page);
  await expect.poll(() => the.screen(page)).toBe(text);
  await expect.poll(() => the.learned(page)).toEqual([MAC_1, MAC_2]);
});

test("acting in the past forks; the future that was left can be brought back", async ({ page }) => {
  await the.visit(page);
  await the.press(page, "Ping nginx-1 → nginx-2");
  await the.rewind(page);
  await expect(page.getByText("You are in the past: a command typed here starts a new branch.")).toBeVisible();
  await the.typeLine(page, "hostA", "docker stop -t 0 nginx-2");
  await expect(the.notices(page)).toContainText("You acted in the past. The future that you left is kept as a branch.");
  await expect(the.container(page, "nginx-2")).toContainText("stopped");

  // The note goes by itself after a while.
  await the.press(page, "Bring it back");
  await the.toTheEnd(page);
  await expect(the.container(page, "nginx-2")).toContainText("172.17.0.3/16");
  await the.openTerminal(page, "nginx-1");
  await the.expectScreen(page, "3 packets transmitted, 3 received, 0% packet loss");
  await page.getByRole("button", { name: "Branches" }).click();
  await page.getByRole("menuitem", { name: /docker stop/ }).click();
  await the.whenIdle(page);
  await the.toTheEnd(page);
  await expect(the.container(page, "nginx-2")).toContainText("stopped");
  await the.press(page, "Ping nginx-1 → nginx-2");
  await the.expectScreen(page, /From 172\.17\.0\.2 icmp_seq=\d Destination Host Unreachable/);
});

test("step hop by hop, and back one", async ({ page }) => {
  await the.visit(page);
  await the.press(page, "Ping nginx-1 → nginx-2");
  await the.rewind(page);
  const seconds = async () => Number((await the.readout(page).innerText()).replace(/[^\d.]/g, ""));

  await the.stepHop(page);
  const arrived = await seconds();
  await expect.poll(() => the.learned(page)).toEqual([MAC_1]);
  await expect(the.lastEvent(page)).toContainText("hostA stays silent");
  for (const hop of [1, 2, 3]) {
    await the.stepHop(page);
    expect(await seconds()).toBeCloseTo(arrived + hop * 25e-6, 6);
  }
  await expect.poll(() => the.learned(page)).toEqual([MAC_1, MAC_2]);
  const lines = await the.eventLines(page);

  await the.stepBack(page);
  expect(await seconds()).toBeCloseTo(arrived + 50e-6, 6);
  await the.stepHop(page);
  await expect.poll(() => the.eventLines(page)).toEqual(lines);
  for (let steps = 0; steps < 3; steps++) await the.stepBack(page);
  await the.stepBack(page);
  await expect.poll(() => the.learned(page)).toEqual([]);
});

test("the scrubber is dragged; an event is looked for and gone to", async ({ page }) => {
  await the.visit(page);
  await the.press(page, "Ping nginx-1 → nginx-2");
  const track = await the.boxOf(the.scrubber(page));
  await page.mouse.move(track.x + track.width - 4, track.y + 20);
  await page.mouse.down();
  await page.mouse.move(track.x + 9, track.y + 20, { steps: 6 });
  await page.mouse.up();
  await the.whenIdle(page);
  await expect(the.events(page)).toHaveCount(0);
  await the.toTheEnd(page);
  await page.getByRole("combobox", { name: "Filter events" }).fill("nginx-1 eth0 →");
  await expect.poll(() => the.eventLines(page)).not.toContainEqual(expect.stringContaining("nginx-2 eth0 →"));
  await the.events(page).filter({ hasText: "echo request 3" }).dblclick();
  await the.whenIdle(page);
  await page.getByRole("combobox", { name: "Filter events" }).clear();
  await expect(the.lastEvent(page)).toContainText("nginx-1 eth0 → veth");
  await expect(the.scrubber(page)).toHaveAttribute(
    "aria-valuetext",
    /^\d+\.\d{6} s of \d+\.\d{6} s\. nginx-1 eth0 → veth/,
  );
});

test("Space pauses on the wire, right after a click on Ping too; the token there opens its packet", async ({
  page,
}) => {
  await the.visit(page, { speed: 0.1 });
  await page.getByRole("button", { name: "Ping nginx-1 → nginx-2" }).click();
  await expect.poll(() => the.ink(the.veth(page, 4), "arp")).toBeGreaterThan(25);
  await the.key(page, "Space");
  await expect(page.getByRole("button", { name: "Play", exact: true })).toBeVisible();
  const at = await the.readout(page).innerText();
  await expect.poll(() => the.ink(the.veth(page, 4), "arp")).toBeGreaterThan(25);
  await expect(the.readout(page)).toHaveText(at);
  expect((await the.eventLines(page)).filter((line) => line.includes("$ In nginx-1"))).toHaveLength(1);
  const { x, y } = await the.token(the.veth(page, 4), "arp");
  await page.mouse.click(x, y);
  await expect(the.details(page).getByRole("heading", { level: 3 })).toHaveText("Who has 172.17.0.3? Tell 172.17.0.2");
});

test("a step when nothing is to come says so, and time stays where it is", async ({ page }) => {
  await the.visit(page);
  await the.pause(page);
  const at = await the.readout(page).innerText();
  await the.stepHop(page);
  await expect(the.notices(page)).toContainText("Nothing more is going to happen by itself.");
  await expect(the.readout(page)).toHaveText(at);
});

test("the list of events holds still under the pointer while more happens, and follows again when that is gone", async ({
  page,
}) => {
  await the.visit(page);
  await the.startLine(page, "nginx-1", "ping 172.17.0.3");
  const list = page.getByRole("listbox", { name: "Events" });
  const top = () => list.evaluate((element) => element.scrollTop);
  const below = () => list.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight);
  await expect.poll(top).toBeGreaterThan(0);
  await list.hover();
  const [held, from] = [await top(), await below()];
  await expect.poll(below).toBeGreaterThan(from + 100);
  expect(await top()).toBe(held);
  await expect(page.getByRole("button", { name: "Follow the playhead" })).toBeVisible();
  await the.readout(page).hover();
  await expect.poll(below).toBeLessThan(60);
  await expect(page.getByRole("button", { name: "Follow the playhead" })).toHaveCount(0);
});
