import { expect, test } from "@playwright/test";
import * as the from "./page.ts";

test("docker run, ping and brctl showmacs, typed", async ({ page }) => {
  await the.visit(page);
  await the.typeLine(page, "hostA", "docker run -d --name web nginx");
  await the.expectScreen(page, /docker run -d --name web nginx\n[0-9a-f]{64}\n/);
  await expect(the.container(page, "web")).toContainText("172.17.0.5/16");

  await the.typeLine(page, "nginx-1", "ping -c 1 172.17.0.5");
  await the.expectScreen(page, "1 packets transmitted, 1 received, 0% packet loss, time 0ms");

  await the.typeLine(page, "hostA", "brctl showmacs docker0");
  await the.expectScreen(
    page,
    /port no\tmac addr\t\tis local\?\tageing timer|port no +mac addr +is local\? +ageing timer/,
  );
  await the.expectScreen(page, /^ +1\s+02:42:ac:11:00:02\s+no\s+\d+\.\d\d$/m);
  await the.expectScreen(page, /^ +4\s+02:42:ac:11:00:05\s+no\s+\d+\.\d\d$/m);
  expect((await the.screen(page)).match(/yes\s+0\.00$/gm)).toHaveLength(4);
});

test("a program that goes on is stopped by Ctrl-C", async ({ page }) => {
  await the.visit(page);
  await the.startLine(page, "nginx-1", "ping 172.17.0.3");
  await the.expectScreen(page, "icmp_seq=2 ttl=64");
  await page.keyboard.press("Control+c");
  await the.whenIdle(page);
  await the.expectScreen(
    page,
    /ms\n\^C\n--- 172\.17\.0\.3 ping statistics ---\n\d+ packets transmitted, \d+ received, [\d.]+% packet loss/,
  );
  await the.expectScreen(page, /\S+[#$]$/);
});

test("history with the arrows, completion with Tab, and the line editor's keys", async ({ page }) => {
  await the.visit(page);
  await the.typeLine(page, "hostA", "docker ps -q");
  await the.typeLine(page, "hostA", "brctl show");
  await the.expectScreen(page, /docker0\s+8000\.0242[0-9a-f]{8}\s+no\s+veth/);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  await the.expectScreen(page, /docker ps -q$/);
  await page.keyboard.press("Control+u");
  await page.keyboard.type("bridge fdb show br dock");
  await page.keyboard.press("Tab");
  await the.expectScreen(page, /bridge fdb show br docker0$/);
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("brc");
  await page.keyboard.press("Tab");
  await the.expectScreen(page, /brctl$/);
  await page.keyboard.press("Control+u");
  await page.keyboard.type("docker exec nginx-1 cat /sys/class/net/eth0/iflink");
  await page.keyboard.press("Enter");
  await the.expectScreen(page, /iflink\n5\n/);
});

test("what does not exist is answered as Linux and Docker do", async ({ page }) => {
  await the.visit(page);
  await the.typeLine(page, "hostA", "docker run -d --name nginx-1 nginx");
  await the.expectScreen(page, 'Error response from daemon: Conflict. The container name "/nginx-1"');
  await the.typeLine(page, "nginx-1", "tcpdmup -n");
  await the.expectScreen(page, "tcpdmup: command not found");
});

test("lines pasted with their prompts run one after another", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await the.visit(page);
  await the.openTerminal(page, "nginx-1");
  await the.prompt(page, "nginx-1").focus();
  await page.evaluate(() => navigator.clipboard.writeText("$ ping -c 1 172.17.0.3\n$ cat /proc/net/arp\n"));
  await page.keyboard.press("Control+v");
  await the.expectScreen(page, /1 received[\s\S]*172\.17\.0\.3 +0x1 +0x2 +02:42:ac:11:00:03 +\* +eth0/);
});

test("a loop in the shell starts sixteen containers at once, and the page still fits its window", async ({ page }) => {
  await the.visit(page, { panels: {} });
  await the.typeLine(page, "hostA", "for n in $(seq 16); do docker run -d --name web-$n nginx; done");
  await expect(the.container(page, "web-16")).toHaveAccessibleName(/172\.17\.0\.20\/16, up$/);
  await the.openTerminal(page, "web-16");
  await the.typeLine(page, "web-16", "ping -c 1 172.17.0.2");
  await the.expectScreen(page, "1 packets transmitted, 1 received");
  await page.getByRole("combobox", { name: "Filter events" }).fill("echo reply");
  await the.openEvent(page, "echo reply");
  for (const button of ["More actions", "Branches"]) {
    const box = await the.boxOf(page.getByRole("button", { name: button }));
    expect(box.x + box.width).toBeLessThanOrEqual(1280);
  }
});

test("a shell in a container changes the prompt until Ctrl-D; twice Tab lists what could stand there", async ({
  page,
}) => {
  await the.visit(page);
  await the.typeLine(page, "hostA", "docker exec -it nginx-1 bash");
  await the.expectScreen(page, /root@[0-9a-f]{12}:\/# ?$/);
  await page.keyboard.type("ip -br a");
  await page.keyboard.press("Enter");
  await the.expectScreen(page, /eth0@if\d+ +UP +172\.17\.0\.2\/16/);
  await page.keyboard.type("cat /etc/host");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await the.expectScreen(page, /\nhostname +hosts\n\S+# cat \/etc\/host$/);
  await page.keyboard.press("Control+u");
  await page.keyboard.press("Control+d");
  await the.expectScreen(page, /exit\nroot@hostA:~# ?$/);
});

test("a slip in pasted notes gets the real error, and a hint with the line that was meant", async ({
  page,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await the.visit(page);
  await the.openTerminal(page, "hostA");
  await the.prompt(page, "hostA").focus();
  await page.evaluate(() => navigator.clipboard.writeText("$ docker run –d –net=host --name nginx-host nginx\n"));
  await page.keyboard.press("Control+v");
  await the.expectScreen(page, "docker: invalid reference format.");
  const hint = page.getByTestId("terminal-hint");
  await expect(hint).toContainText("The dash here is a long one");
  await page.getByRole("button", { name: "Put it at the prompt" }).click();
  await the.expectScreen(page, /docker run -d --net=host --name nginx-host nginx$/);
  await page.keyboard.press("Enter");
  await the.expectScreen(page, /[0-9a-f]{64}\n/);
  await expect(hint).toBeEmpty();
});

test("a hint is put away for good", async ({ page }) => {
  await the.visit(page);
  await the.typeLine(page, "hostA", "brctl show");
  await expect(page.getByTestId("terminal-hint")).toContainText("set apart by tabs");
  await page.getByRole("button", { name: "Don't show this hint again" }).click();
  await expect(page.getByTestId("terminal-hint")).toBeEmpty();
  await page.reload();
  await the.typeLine(page, "hostA", "brctl show");
  await the.expectScreen(page, /docker0\s+8000/);
  await expect(page.getByTestId("terminal-hint")).toBeEmpty();
});

test("with the topology locked a line that would change it is not typed, and the page says so; others are", async ({
  page,
}) => {
  await the.visit(page, { at: "./?lock=topology" });
  await the.startLine(page, "hostA", "docker rm -f box-3");
  await expect(the.notices(page)).toContainText("“docker rm -f box-3” was not run");
  await the.typeLine(page, "hostA", "docker ps -q | wc -l");
  await the.expectScreen(page, /wc -l\n3$/m);
  await expect(the.container(page, "box-3")).toBeVisible();
});

test("who presses a terminal's tab with the mouse types there, and no letter goes to the page", async ({ page }) => {
  await the.visit(page);
  await expect(the.prompt(page, "hostA")).toBeAttached();
  await page.getByRole("tab", { name: "nginx-1", exact: true }).click();
  await page.keyboard.type("ping -c 1 172.17.0.4");
  await page.keyboard.press("Enter");
  await the.expectScreen(page, "1 packets transmitted, 1 received");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("a press on a terminal's tab keeps the keyboard while a menu still fades", async ({ page }) => {
  await the.visit(page);
  await the.openTerminal(page, "hostA");
  // Slow enough that the press falls into the fading for certain.
  await page.addStyleTag({ content: ".menu-popup { transition-duration: 600ms !important }" });
  await page.getByRole("button", { name: /^Speed/ }).click();
  await page.getByRole("menuitemradio", { name: "2×" }).click();
  await page.getByRole("tab", { name: "nginx-1", exact: true }).click();
  await expect(page.getByRole("menu")).toHaveCount(0);
  await the.drawn(page);
  await expect(the.prompt(page, "nginx-1")).toBeFocused();
  await page.getByRole("button", { name: /^Speed/ }).click();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: /^Speed/ })).toBeFocused();
});
