import { expect, type Locator, type Page, test } from "@playwright/test";
import { axeFaults as faults, leftovers } from "./checks.ts";
import * as the from "./page.ts";

async function drag(page: Page, from: Locator, to: Locator): Promise<void> {
  await from.scrollIntoViewIfNeeded();
  const [start, end] = [await the.boxOf(from), await the.boxOf(to)];
  if (start === null || end === null) throw new Error("nothing to drag, or nowhere to drag it to");
  await page.mouse.move(start.x + start.width / 2, start.y + start.height / 2);
  await page.mouse.down();
  await page.mouse.move(end.x + end.width / 2, end.y + end.height / 2, { steps: 5 });
  await page.mouse.up();
  await the.whenIdle(page);
}

const machine = (page: Page, name: string): Locator =>
  the.canvas(page).getByRole("group", { name: new RegExp(`^(Linux|LAN switch) ${name}`) });
const shelfHost = (page: Page): Locator => page.getByRole("button", { name: /^Docker host: drag/ });
const onShelf = (page: Page, image: string): Locator =>
  page.getByRole("button", { name: new RegExp(`^${image}: drag`) });

/** Adds a host by the keyboard or a tap, with a subnet of its own for its containers. */
async function addHost(page: Page): Promise<void> {
  await shelfHost(page).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /^their own/ })
    .click();
  await the.whenIdle(page);
}

test("a scene is opened from the menu; what was done before can be brought back, also after a reload", async ({
  page,
}) => {
  await the.visit(page);
  await the.press(page, "Ping nginx-1 → nginx-2");
  await page.getByRole("button", { name: "Same host, first ping" }).click();
  const menu = page.getByRole("menu");
  await expect(menu.getByRole("menuitemradio", { checked: true })).toHaveText("Same host, first ping");
  expect.soft(await faults(page)).toEqual([]);
  await menu.getByText("Two hosts, direct routes", { exact: true }).click();
  await expect(machine(page, "hostB")).toBeVisible();
  await the.whenIdle(page);
  await expect(the.notices(page)).toContainText("is kept with what you did in it");
  expect(new URL(page.url()).searchParams.get("scene")).toBe("direct-routes");

  await page.reload();
  await the.whenIdle(page);
  await expect(machine(page, "hostB")).toBeVisible();
  await the.choose(page, "Two hosts, direct routes", "Back to “Same host, first ping” as it was");
  await expect(machine(page, "hostB")).toHaveCount(0);
  await the.openTerminal(page, "nginx-1");
  await the.expectScreen(page, "3 packets transmitted, 3 received");
});

test("the address names a scene; one that there is not says so, and nothing is lost", async ({ page }) => {
  await the.visit(page);
  await the.typeLine(page, "hostA", "docker ps -q");
  await page.goto("./?scene=flannel-vxlan");
  await expect(the.notices(page)).toContainText("Your last visit left “Same host, first ping”");
  await expect(page.getByRole("button", { name: "Flannel, VXLAN" })).toBeVisible();
  await page.getByRole("button", { name: "Bring back" }).click();
  await expect(page.getByRole("button", { name: "Same host, first ping" })).toBeVisible();
  await the.openTerminal(page, "hostA");
  await the.expectScreen(page, "docker ps -q");
  await page.goto("./?scene=nowhere");
  await expect(the.notices(page)).toContainText("There is no scene “nowhere”.");
  await the.openTerminal(page, "hostA");
  await the.expectScreen(page, "docker ps -q");
});

test("scenes can be reached at 390 px", async ({ browser, baseURL }) => {
  const context = await browser.newContext({ baseURL, hasTouch: true, viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  await the.visit(page);
  await page.getByRole("button", { name: "Scene: Same host, first ping" }).tap();
  await page.getByRole("menuitemradio", { name: "Calico, IPIP" }).tap();
  await expect(page.getByRole("button", { name: "Scene: Calico, IPIP" })).toBeVisible();
  await the.whenIdle(page);
  expect.soft(await faults(page)).toEqual([]);
  await context.close();
});

test("a host dragged onto the switch gets the next name and address, and can be pinged; undo and redo", async ({
  page,
}) => {
  await the.visit(page);
  await drag(page, shelfHost(page), machine(page, "lan"));
  const choice = page.getByRole("dialog", { name: "Which subnet shall hostB’s containers have?" });
  expect.soft(await faults(page)).toEqual([]);
  await choice.getByRole("button", { name: "the same as on the others: 172.17.0.0/16" }).click();
  await the.whenIdle(page);
  await expect(machine(page, "hostB")).toHaveAccessibleName(/192\.168\.1\.11/);
  await expect(page.getByRole("tab", { name: "hostB" })).toHaveAttribute("aria-selected", "true");
  await the.typeLine(page, "hostA", "ping -c 1 192.168.1.11");
  await the.expectScreen(page, "1 packets transmitted, 1 received");
  await the.press(page, "Undo the last thing done");
  await the.press(page, "Undo the last thing done");
  await expect(machine(page, "hostB")).toHaveCount(0);
  await the.press(page, "Do again what was undone");
  await expect(machine(page, "hostB")).toBeVisible();
});

test("Flannel VXLAN is built on two hosts by the dialog; pods dropped on cni0 reach each other", async ({ page }) => {
  // Twenty commands, two containers and a ping.
  test.slow();
  await page.setViewportSize({ width: 1600, height: 1000 });
  await the.visit(page);
  await addHost(page);
  await page.getByRole("button", { name: "Connect hosts …" }).click();
  const dialog = page.getByRole("dialog", { name: "Connect hosts" });
  await expect(dialog.getByText("20 commands to type")).toBeVisible();
  await expect(
    dialog.getByText("bridge fdb add 0e:00:00:00:0b:01 dev flannel.1 dst 192.168.1.11 self permanent"),
  ).toBeVisible();
  expect.soft(await faults(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Run" }).click();
  await expect(dialog.getByText("The network stands.")).toBeVisible();
  await dialog.getByRole("button", { name: "Close" }).last().click();
  await expect(dialog).toHaveCount(0);

  await page.getByRole("button", { name: "Fit everything" }).click();
  const bars = the.bridge(page, "cni0");
  await expect(bars).toHaveCount(2);
  await drag(page, onShelf(page, "nginx"), bars.nth(0));
  await the.expectScreen(page, /docker run -d --net flannel --name nginx-3 nginx\n[0-9a-f]{40}/);
  await drag(page, onShelf(page, "busybox"), bars.nth(1));
  await expect(the.container(page, "box-1")).toContainText("10.244.1.2/24");
  await the.typeLine(page, "box-1", "ping -c 1 10.244.0.2");
  await the.expectScreen(page, "1 packets transmitted, 1 received");
  await page.getByRole("button", { name: "Connect hosts …" }).click();
  await expect(dialog.getByText("Everything stands already")).toBeVisible();
});

test("behind a router the kernel refuses a route by way of the other host, and the dialog says why VXLAN works", async ({
  page,
}) => {
  await the.visit(page);
  await page.goto("./?scene=behind-router");
  await the.whenIdle(page);
  await page.keyboard.press("n");
  const dialog = page.getByRole("dialog", { name: "Connect hosts" });
  await dialog.getByRole("radio", { name: /^Calico, routed/ }).check();
  await dialog.getByRole("button", { name: "Run" }).click();
  await expect(dialog.getByText("Nexthop has invalid gateway")).toBeVisible();
  await expect(dialog.getByText(/Flannel’s VXLAN works here/)).toBeVisible();
  expect.soft(await faults(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Take back what was typed" }).click();
  await dialog.getByRole("radio", { name: /^Flannel, VXLAN/ }).check();
  await dialog.getByRole("button", { name: "Run" }).click();
  await expect(dialog.getByText("The network stands.")).toBeVisible();
  await dialog.getByRole("button", { name: "Close" }).last().click();
  await the.typeLine(page, "pod-a", "ping -c 1 10.244.1.2");
  await the.expectScreen(page, "1 packets transmitted, 1 received");
});

test("a pod joins a Calico network: dropped on a host's ground, with the next free address", async ({ page }) => {
  await the.visit(page);
  await page.goto("./?scene=calico-routed");
  await the.whenIdle(page);
  await onShelf(page, "nginx").click();
  await page.getByRole("dialog").getByRole("button", { name: "as a Calico pod on hostA" }).click();
  await expect(the.container(page, "nginx-1")).toContainText("10.10.0.3/32");
  await the.whenIdle(page);
  await the.typeLine(page, "pod-b", "ping -c 1 10.10.0.3");
  await the.expectScreen(page, "1 packets transmitted, 1 received");
});

test("networks are compared: what each adds, its MTU, its steps", async ({ page }) => {
  await the.visit(page);
  await the.choose(page, "Same host, first ping", "Compare networks …");
  const dialog = page.getByRole("dialog", { name: "Compare networks" });
  const rows = dialog.getByRole("table", { name: "The networks in figures" }).getByRole("row");
  await expect(rows).toHaveCount(4);
  await expect(rows.nth(1)).toHaveText(/Flannel, host-gw\s*4\s*0\s*1500\s*300 µs\s*yes/);
  await expect(rows.nth(2)).toHaveText(/Flannel, VXLAN\s*4\s*50\s*1450\s*300 µs\s*no/);
  await expect(rows.nth(3)).toHaveText(/Calico, IPIP\s*4\s*20\s*1480\s*300 µs\s*no/);
  expect.soft(await faults(page)).toEqual([]);

  const lane = (name: string) => dialog.getByRole("region", { name, exact: true });
  for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowRight");
  await expect(dialog.getByText("Step 4 of 18")).toBeVisible();
  await expect(lane("Flannel, host-gw")).toContainText("over the wire · hostA:eth0 → lan:p-hostA98 bytes");
  await expect(lane("Flannel, VXLAN")).toContainText("148 bytes");
  await expect(lane("Calico, IPIP")).toContainText("118 bytes");
  await lane("Calico, IPIP")
    .getByRole("button", { name: /^there: wrapped/ })
    .click();
  await expect(dialog.getByRole("region", { name: "Frame in Calico, IPIP" })).toContainText(
    "Internet Protocol Version 4",
  );
  await dialog.getByRole("checkbox", { name: "VXLAN across a router" }).check();
  await expect(rows).toHaveCount(5);
  await expect(rows.nth(4)).toHaveText(/VXLAN across a router.*50.*1450.*500 µs.*no/);
  expect.soft(await faults(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
});

test("the dialogs in Chinese, and at 390 px", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await the.visit(page, { language: "zh", theme: "dark" });
  await page.keyboard.press("c");
  await expect(page.getByRole("table", { name: "几种网络的数字" })).toBeVisible();
  expect.soft(await leftovers(page)).toEqual([]);
  expect.soft(await faults(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.keyboard.press("n");
  await expect(page.getByRole("dialog", { name: "连接主机" })).toBeVisible();
  expect.soft(await leftovers(page)).toEqual([]);
  expect.soft(await faults(page)).toEqual([]);
});
