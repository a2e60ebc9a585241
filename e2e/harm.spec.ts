import { expect, type Page, test } from "@playwright/test";
import * as the from "./page.ts";

/** Presses a wire or card and then a button of the bar that opens over it. */
async function act(page: Page, on: ReturnType<typeof the.veth>, action: string): Promise<void> {
  await on.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("toolbar").getByRole("button", { name: action, exact: true }).click();
  await the.whenIdle(page);
}

test("a veth is cut: the ping fails and says so; mended, it works again", async ({ page }) => {
  await the.visit(page);
  await the.press(page, "Ping nginx-1 → nginx-2");
  await act(page, the.veth(page, 6), "Cut");
  await expect(the.veth(page, 6)).toHaveAccessibleName(/, down$/);
  await the.openTerminal(page, "hostA");
  await the.expectScreen(page, /ip link set veth[0-9a-f]{7} down$/m);
  await expect.poll(() => the.fdb(page)).not.toContainEqual(expect.stringContaining("02:42:ac:11:00:03"));

  await the.typeLine(page, "nginx-1", "ping -c 1 -W 1 172.17.0.3");
  await the.expectScreen(page, "1 packets transmitted, 0 received, 100% packet loss");

  await act(page, the.veth(page, 6), "Mend");
  await expect(the.veth(page, 6)).toHaveAccessibleName(/, up$/);
  await the.typeLine(page, "nginx-1", "ping -c 1 -W 1 172.17.0.3");
  await the.expectScreen(page, "1 packets transmitted, 1 received, 0% packet loss");
});

test("a packet that ends says why, in the list, in the details and on the canvas", async ({ page }) => {
  await the.visit(page);
  await the.choose(page, "More actions", "Ping an address that nobody has");
  await the.whenIdle(page);
  await the.expectScreen(page, "From 172.17.0.2 icmp_seq=1 Destination Host Unreachable");
  await the.pause(page);
  const end = the.events(page).filter({ hasText: "DROP" }).first();
  await expect(end).toContainText("nginx-1 gives up: nobody told the next hop's MAC");
  await end.click();
  await expect(the.details(page)).toContainText("nginx-1 gives up: nobody told the next hop's MAC");
  await end.dblclick();
  await the.whenIdle(page);
  // A cross in a small drawing has few pixels that are wholly of its colour.
  await expect.poll(() => the.ink(the.canvas(page), "drop")).toBeGreaterThan(8);
});

test("a container is removed: card, veth, port and learned rows go; undo brings them back", async ({ page }) => {
  await the.visit(page);
  await the.press(page, "Ping nginx-1 → nginx-2");
  await act(page, the.container(page, "nginx-2"), "Remove");
  await expect(the.container(page, "nginx-2")).toHaveCount(0);
  await expect(the.veth(page, 6)).toHaveCount(0);
  await expect(page.getByRole("tab", { name: "nginx-2" })).toHaveCount(0);
  await expect.poll(() => the.learned(page)).toEqual(["02:42:ac:11:00:02"]);
  await the.expectScreen(page, /docker rm -f nginx-2\nnginx-2$/m);
  await the.press(page, "Undo the last thing done");
  await expect(the.container(page, "nginx-2")).toBeVisible();
  await expect.poll(() => the.learned(page)).toEqual(["02:42:ac:11:00:02", "02:42:ac:11:00:03"]);
});

test("stopped and started again, a container has its network back; a network is made and removed", async ({ page }) => {
  await the.visit(page);
  await act(page, the.container(page, "nginx-1"), "Stop");
  await expect(the.container(page, "nginx-1")).toHaveAccessibleName(/stopped$/);
  await act(page, the.container(page, "nginx-1"), "Start");
  await expect(the.container(page, "nginx-1")).toContainText("172.17.0.2/16");
  await page.getByRole("button", { name: /^bridge: drag/ }).click();
  await the.whenIdle(page);
  const made = the.canvas(page).getByRole("group", { name: /^Bridge br-[0-9a-f]{12}$/ });
  await expect(made).toContainText("172.18.0.1/16");
  await act(page, the.container(page, "box-3"), "Move to");
  await page.getByRole("toolbar").getByRole("button", { name: /^br-/ }).click();
  await the.whenIdle(page);
  await expect(the.container(page, "box-3")).toContainText("172.18.0.2/16");
});
