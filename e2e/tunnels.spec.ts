import { expect, type Page, test } from "@playwright/test";
import type { CniKind } from "../src/scenes/cni/plan.ts";
import { cniScene } from "../src/scenes/cross-host.ts";
import { axeFaults, leftovers } from "./checks.ts";
import * as the from "./page.ts";

/** A visit that finds this scene as an earlier one has left it, untouched. */
function standing(kind: CniKind): string {
  return JSON.stringify({ version: 1, scene: cniScene(kind), log: [], tip: -1, playhead_ns: 0 });
}

/** Keeps the list to what the filter finds, and opens the first event with these words. */
async function open(page: Page, filter: string, words: string): Promise<void> {
  await page.locator("#events input").fill(filter);
  await the.events(page).filter({ hasText: words }).first().click();
}

const gate = (page: Page, name: string) =>
  the.canvas(page).getByRole("group", { name: new RegExp(`^Tunnel device ${name},`) });
const parcel = (page: Page) => the.details(page).locator(".parcel");

test("Flannel's VXLAN: a ping between hosts travels the LAN as a parcel, and opens to what is outside and inside", async ({
  page,
}) => {
  await the.visit(page, { state: standing("flannel-vxlan") });
  await expect(gate(page, "flannel.1")).toHaveCount(2);
  await the.play(page);
  await page.getByRole("button", { name: "Ping pod-a → pod-b", exact: true }).click();
  await the.whenIdle(page);
  await the.expectScreen(page, "3 packets transmitted, 3 received");

  await open(page, "vxlan request 1, eth0", "hostA eth0 → p-hostA");
  const details = the.details(page);
  await expect(details.getByRole("heading", { level: 3 })).toContainText(
    "VXLAN 1 192.168.1.10 → 192.168.1.11, inside: echo request 1, 10.244.0.2 → 10.244.1.2",
  );
  await expect(parcel(page)).toContainText("VXLAN 1 · UDP 8472 · +50 bytes");
  await expect(parcel(page)).toContainText("MTU 1500: 1450 bytes are left");
  await expect(details.getByRole("heading", { name: "Virtual eXtensible Local Area Network" })).toBeVisible();
  await expect(details.getByRole("heading", { name: "Internet Protocol Version 4" })).toHaveCount(2);
  expect.soft(await axeFaults(page)).toEqual([]);

  // The same packet is wrapped, and unwrapped on the other host.
  const step = (words: string | RegExp) => details.getByRole("button", { name: words });
  await expect(step("hostB's flannel.1 unwraps what came from 192.168.1.10: 50 bytes less")).toBeVisible();
  await step(/^hostA's flannel\.1 wraps it for 192\.168\.1\.11: UDP 8472, VNI 1/).click();
  await expect(details).toContainText("10.244.1.0/24 via 10.244.1.0 dev flannel.1 onlink");
  await expect(details).toContainText(/FDB has [\da-f:]+ behind 192\.168\.1\.11/);

  await gate(page, "flannel.1").first().click();
  await page.getByRole("tab", { name: "Node", exact: true }).click();
  await expect(details).toContainText("UDP port 8472 · local 192.168.1.10 · remote by the FDB · over eth0");
  await expect(details).toContainText("behind 192.168.1.11");
  expect.soft(await axeFaults(page)).toEqual([]);
});

test("Calico's IPIP: the inner packet has no Ethernet header, and its protocol is found by number", async ({
  page,
}) => {
  await the.visit(page, { state: standing("calico-ipip"), language: "zh" });
  await page.getByRole("button", { name: "播放", exact: true }).click();
  await page.getByRole("button", { name: "从 pod-a ping pod-b", exact: true }).click();
  await the.whenIdle(page);
  await page.locator("#events input").fill("-i p-hostA proto 4");
  await page.getByRole("option").filter({ hasText: "hostA eth0 → p-hostA" }).first().click();
  await expect(page.locator(".parcel")).toContainText("IPIP · IP 4 · 多 20 字节");
  await expect(page.locator(".parcel")).toContainText("MTU 1500：留给里面的还有 1480 字节");
  await expect(page.locator(".layers")).toContainText("IP 套 IP");
  expect.soft(await axeFaults(page)).toEqual([]);
  expect.soft(await leftovers(page)).toEqual([]);
});
