import { expect, test } from "@playwright/test";
import * as the from "./page.ts";

const MAC_1 = "02:42:ac:11:00:02";
const MAC_2 = "02:42:ac:11:00:03";

test("the page opens on one host with docker0, three containers and eth0", async ({ page }) => {
  await the.visit(page);
  const drawing = the.canvas(page);
  await expect(drawing.getByRole("group", { name: "Linux hostA, 192.168.1.10/24" })).toBeVisible();
  await expect(the.bridge(page)).toContainText("172.17.0.1/16");
  await expect(the.container(page, "nginx-1")).toContainText("172.17.0.2/16");
  await expect(the.container(page, "nginx-2")).toContainText("172.17.0.3/16");
  await expect(the.container(page, "box-3")).toContainText("172.17.0.4/16");
  await expect(the.veth(page, 4)).toHaveAccessibleName(
    /veth pair of nginx-1, 4: eth0@if5 – 5: veth[0-9a-f]{7}@if4, up$/,
  );
  await expect(drawing.getByRole("button", { name: /^Cable 2: eth0 – 3: p-hostA, up/ })).toBeVisible();
  await expect
    .poll(() => the.fdb(page))
    .toEqual(Array(4).fill(expect.stringMatching(/^[0-9a-f:]{17} (veth\w{7}|docker0) permanent$/)));
});

test("the first ping, watched at the page's own speed", async ({ page }) => {
  await the.visit(page, { speed: 1 });
  await page.getByRole("button", { name: "Ping nginx-1 → nginx-2" }).click();
  await the.expectScreen(
    page,
    /\$? ping -c 3 172\.17\.0\.3\nPING 172\.17\.0\.3 \(172\.17\.0\.3\) 56\(84\) bytes of data\.$/m,
  );
  await the.expectScreen(page, /64 bytes from 172\.17\.0\.3: icmp_seq=1 ttl=64 time=0\.\d+ ms/);
  await expect.poll(() => the.learned(page)).toEqual([MAC_1, MAC_2]);
});

test("the first ping, event by event", async ({ page }) => {
  await the.visit(page);
  await the.press(page, "Ping nginx-1 → nginx-2");
  await the.rewind(page);

  await the.stepUntil(page, "who has 172.17.0.3? Tell 172.17.0.2");
  await expect(the.events(page).filter({ hasText: "It waits at nginx-1's eth0 for 172.17.0.3's MAC" })).toBeVisible();
  await expect(the.container(page, "nginx-1")).toContainText("INCOMPLETE");
  await the.openTerminal(page, "nginx-1");
  await the.expectScreen(page, /PING 172\.17\.0\.3 .* bytes of data\.$/);

  await the.stepUntil(page, `docker0 learns ${MAC_1}`);
  await expect.poll(() => the.learned(page)).toEqual([MAC_1]);
  const flood = (await the.eventLines(page)).find((line) => line.includes("docker0 floods"));
  expect(flood).toMatch(/floods: veth\w+, veth\w+, up to the host itself$/);
  await expect(the.events(page).filter({ hasText: /veth\w+ → (box-3|nginx-2) eth0: who has/ })).toHaveCount(2);
  await expect(the.events(page).filter({ hasText: "hostA stays silent" })).toBeVisible();

  await the.stepEvent(page);
  await expect(the.events(page).filter({ hasText: "box-3 stays silent: the question is not about it" })).toBeVisible();
  await expect(the.events(page).filter({ hasText: `nginx-2 eth0 → veth` })).toContainText(`172.17.0.3 is at ${MAC_2}`);
  await expect(the.container(page, "box-3")).not.toContainText("172.17.0.2 ");

  await the.stepUntil(page, `docker0 learns ${MAC_2}`);
  await expect.poll(() => the.learned(page)).toEqual([MAC_1, MAC_2]);

  await the.stepUntil(page, `docker0 has ${MAC_2} behind`);
  const copies = (await the.eventLines(page)).filter((line) => /veth\w+ → .* eth0: echo request 1/.test(line));
  expect(copies).toEqual([expect.stringContaining("→ nginx-2 eth0")]);
  await the.stepUntil(page, "A program in nginx-1 gets it: echo reply 1");
  await the.stepEvent(page);
  await the.expectScreen(page, "64 bytes from 172.17.0.3: icmp_seq=1 ttl=64");
});

test("five seconds later nginx-2 checks nginx-1's MAC by a unicast ARP, and the page says why", async ({ page }) => {
  await the.visit(page);
  await the.press(page, "Ping nginx-1 → nginx-2");
  const check = the.events(page).filter({ hasText: "nginx-2 checks 172.17.0.2's MAC by a unicast ARP" });
  await expect(check).toBeVisible();
  await the.pause(page);
  await check.click();
  await expect(the.details(page)).toContainText("After five seconds Linux wants proof: it asks that one MAC directly");
  await the.toTheEnd(page);
  await the.stepUntil(page, `172.17.0.2 is at ${MAC_1}`);
  const asked = (await the.eventLines(page)).filter((line) => line.includes("who has 172.17.0.2? Tell 172.17.0.3"));
  expect(asked.filter((line) => line.includes("→ box-3"))).toEqual([]);
  expect(asked.some((line) => line.includes("→ nginx-1 eth0"))).toBe(true);
});

test("the flood is drawn: a token on each wire but the one it came by, while the echo request waits", async ({
  page,
}) => {
  await the.visit(page);
  await the.press(page, "Ping nginx-1 → nginx-2");
  await the.rewind(page);
  await the.stepUntil(page, "docker0 floods");
  await the.choose(page, /^Speed/, "0.1×");
  const flooded_at = await the.readout(page).innerText();
  await the.play(page);
  await expect(the.readout(page)).not.toHaveText(flooded_at);
  await expect.poll(() => the.ink(the.veth(page, 6), "arp")).toBeGreaterThan(25);
  await the.pause(page);
  await expect.poll(() => the.ink(the.veth(page, 8), "arp")).toBeGreaterThan(25);
  await expect.poll(() => the.ink(the.veth(page, 4), "arp")).toBeLessThan(10);
  await expect.poll(() => the.ink(the.container(page, "nginx-1"), "icmp")).toBeGreaterThan(25);
  for (const wire of [6, 8]) await expect.poll(() => the.ink(the.veth(page, wire), "icmp")).toBeLessThan(10);
});

test("the first ping moves nothing in the drawing, and what is told beside the titles cuts none of them off", async ({
  page,
}) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await the.visit(page);
  const places = async () => [
    await the.boxOf(the.container(page, "box-3")),
    await the.boxOf(the.bridge(page)),
    await the.boxOf(the.canvas(page).locator(".stack")),
  ];
  const before = await places();
  await the.press(page, "Ping nginx-1 → nginx-2");
  await expect.poll(() => the.learned(page)).toHaveLength(2);
  expect(await places()).toEqual(before);
  const isWhole = (element: HTMLElement) => element.scrollWidth <= element.clientWidth;
  expect(await page.getByTestId("main-action").evaluate(isWhole)).toBe(true);
  expect(await page.locator(".scene-title").evaluate(isWhole)).toBe(true);
});
