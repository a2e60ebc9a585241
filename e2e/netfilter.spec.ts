import { expect, type Locator, type Page, test } from "@playwright/test";
import { axeFaults, leftovers } from "./checks.ts";
import * as the from "./page.ts";

/** The rungs of one host in the Netfilter tab. */
const host = (page: Page, name: string): Locator =>
  the
    .details(page)
    .locator("section")
    .filter({ has: page.getByRole("heading", { name, level: 4 }) });

/** Goes to a tab of the details. */
async function lookAt(page: Page, tab: string): Promise<void> {
  await page.getByRole("tab", { name: tab, exact: true }).click();
}

/** Keeps the list to events that hold all these words, and opens the first or the last one. */
async function openOnly(page: Page, words: string, which: "first" | "last" = "first"): Promise<void> {
  await page.locator("#events input").fill(words);
  const holdsAll = (line: string) => words.split(" ").every((word) => line.includes(word));
  await expect.poll(async () => (await the.eventLines(page)).every(holdsAll)).toBe(true);
  await the.events(page).filter({ hasText: words })[which]().click();
}

test("a SYN from a container to the internet: one packet, three pairs of addresses, and the rules that gave them to it", async ({
  page,
}) => {
  await the.visit(page);
  await the.typeLine(page, "nginx-1", "curl -s http://203.0.113.80/");
  await the.expectScreen(page, "hello from the internet");
  await openOnly(page, "SYN");
  const details = the.details(page);
  await expect(details.getByRole("heading", { level: 3 })).toContainText(
    /TCP 172\.17\.0\.2:\d+ → 203\.0\.113\.80:80, SYN/,
  );
  const addresses = details.getByRole("button", { name: /^[\d.:]+ → 203\.0\.113\.80:80$/ });
  await expect(addresses).toHaveText([/^172\.17\.0\.2:/, /^192\.168\.1\.10:/, /^203\.0\.113\.1:/]);
  await addresses.nth(1).click();
  await expect(details.getByRole("heading", { level: 3 })).toContainText(
    /TCP 192\.168\.1\.10:\d+ → 203\.0\.113\.80:80, SYN/,
  );

  await lookAt(page, "Netfilter");
  const rungs = host(page, "hostA").getByRole("listitem");
  await expect(host(page, "hostA")).toContainText(/IN=docker0 OUT=eth0 PHYSIN=veth/);
  await expect(rungs.filter({ hasText: /^PREROUTING/ }).first()).toContainText("PREROUTINGpolicyACCEPT");
  await expect(rungs.filter({ hasText: /^FORWARD/ }).first()).toContainText("-i docker0 ! -o docker0 -j ACCEPT");
  const post = rungs.filter({ hasText: /^POSTROUTING/ }).first();
  await expect(post).toContainText("-s 172.17.0.0/16 ! -o docker0 -j MASQUERADE");
  await expect(post).toContainText(
    /hostA, POSTROUTING: source 172\.17\.0\.2:\d+ → 192\.168\.1\.10:\d+ \(MASQUERADE, rule 1\)/,
  );
  await expect(host(page, "gw")).toContainText(/gw, POSTROUTING: source 192\.168\.1\.10:\d+ → 203\.0\.113\.1:\d+/);

  await openOnly(page, "PREROUTING: destination", "last");
  await expect(host(page, "hostA")).toContainText("as conntrack remembers");
  await host(page, "hostA")
    .getByRole("button", { name: /first packet met rule 1 of POSTROUTING/ })
    .click();
  await expect(details.getByRole("heading", { level: 3 })).toContainText(/, SYN$/);
});

test("a packet that a rule drops says why, and goes on saying so after the rule has gone", async ({ page }) => {
  await the.visit(page);
  await the.typeLine(page, "hostA", "iptables -I DOCKER-USER -j DROP");
  await the.typeLine(page, "nginx-1", "ping -c 1 -W 1 203.0.113.80");
  await the.expectScreen(page, "100% packet loss");
  await the.typeLine(page, "hostA", "iptables -D DOCKER-USER 1");
  await openOnly(page, "hostA drops it: rule 1 of DOCKER-USER");
  const details = the.details(page);
  await expect(details).toContainText("DROP tells nobody: whoever sent the packet waits until it gives up.");
  await expect(details).toContainText("-A DOCKER-USER -j DROP");
  await lookAt(page, "Netfilter");
  const rungs = host(page, "hostA").getByRole("listitem");
  await expect(rungs.filter({ hasText: /^FORWARD/ }).first()).toContainText("DOCKER-USERrule 1DROP-j DROP");
  await expect(rungs.filter({ hasText: /^POSTROUTING/ })).toHaveCount(0);
  await expect(host(page, "hostA")).toContainText("-A DOCKER-USER -j DROP");
});

test("a bridged packet walks the hooks with its ports", async ({ page }) => {
  await the.visit(page);
  await the.press(page, "Ping nginx-1 → nginx-2");
  await openOnly(page, "echo request 1");
  await lookAt(page, "Netfilter");
  await expect(host(page, "hostA")).toContainText("br_netfilter");
  await expect(host(page, "hostA")).toContainText(/IN=docker0 OUT=docker0 PHYSIN=veth\w+ PHYSOUT=veth\w+/);
});

for (const { language, theme, words } of [
  {
    language: "en",
    theme: "light",
    words: { node: "Node", begun: "See the packet that began it", matched: "See the packet that it matched last" },
  },
  {
    language: "zh",
    theme: "dark",
    words: { node: "节点", begun: "查看开始它的那个包", matched: "查看它最近匹配的包" },
  },
] as const) {
  test.describe(`the node panel (${language})`, () => {
    test.beforeEach(async ({ page }) => {
      await the.visit(page, { language, theme });
      await the.typeLine(page, "nginx-1", "curl -s http://203.0.113.80/");
      // Connections are forgotten by and by.
      await page.keyboard.press("Escape");
      await the.key(page, "k");
    });

    /** Nothing that axe finds, and no word of the other language. */
    async function expectSound(page: Page): Promise<void> {
      expect.soft(await axeFaults(page)).toEqual([]);
      if (language === "zh") expect.soft(await leftovers(page)).toEqual([]);
    }

    test("has sockets and docker inspect", async ({ page }) => {
      await page.locator('[data-id^="container hostA/"]').first().click();
      await lookAt(page, words.node);
      const sockets = page.locator(".socket-row");
      await expect(sockets.first()).toContainText(/0\.0\.0\.0:80.*LISTEN.*nginx/);
      await expect(sockets.last()).toContainText(/172\.17\.0\.2:\d+ → 203\.0\.113\.80:80.*(TIME|FIN)-WAIT/);
      await page.locator(".inspect > summary").click();
      await expect(page.locator(".json").first()).toContainText('Name: "/nginx-1"');
      await expect(page.locator(".json").first()).toContainText('IPAddress: "172.17.0.2"');
      await expectSound(page);
    });

    test("leads from rules and connections to their packets, and on to the ladder", async ({ page }) => {
      await page.getByRole("group", { name: /docker0$/ }).click();
      await lookAt(page, words.node);
      const connection = page.locator(".connection").filter({ hasText: "203.0.113.80:80" });
      await expect(connection).toContainText(/TIME_WAIT|FIN_WAIT/);
      await expectSound(page);
      await connection.getByRole("button", { name: words.begun }).click();
      await expect(page.locator(".packet h3")).toContainText(/TCP .* → 203\.0\.113\.80:80, SYN/);
      await lookAt(page, words.node);
      const rule = page.locator(".nf-rule").filter({ hasText: "MASQUERADE" });
      await rule.getByRole("button", { name: words.matched }).click();
      await expect(page.locator(".packet .rule-line")).toHaveText(
        "-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE",
      );
      await lookAt(page, "Netfilter");
      await expect(page.locator(".ladder-hook")).not.toHaveCount(0);
      await expectSound(page);
    });
  });
}
