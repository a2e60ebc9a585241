/** What is looked for on the page wherever a journey stands: what axe finds, and words of another language. */
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

/** What axe finds on the page as it stands, or in a part of it, one line a rule and place. */
export async function axeFaults(page: Page, within = "html"): Promise<string[]> {
  // What moves is looked at when it has come to rest.
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => null))),
  );
  const { violations } = await new AxeBuilder({ page }).include(within).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary}`),
  );
}

/**
 * Words that stay as they are in Chinese: names of things, programs and protocols, and the words of `ip route`. So does
 * what is written in capitals, and what holds a digit, dot, colon or slash. Other Latin words were forgotten.
 */
const IDENTIFIERS = new Set(
  `playground Docker docker Linux nginx busybox centos box bridge br veth eth lo lan gw internet hostA hostB hostC Flannel Calico Pod sh bash ping Ping ip
   brctl showmacs link iptables Netfilter route Ethernet IPv pcapng arp icmp tcp udp ms min s Ctrl Esc Space Enter PgUp PgDn Home End
   dockerd curl tcpdump and host default via dev proto kernel scope src nat filter mangle raw conntrack addrtype id ss`.split(
    /\s+/,
  ),
);

/** Texts and accessible names on the page that hold words which are neither Chinese nor identifiers. */
export async function leftovers(page: Page): Promise<string[]> {
  const texts = await page.evaluate(() => {
    const found: string[] = [];
    const isHidden = (element: Element) =>
      element.closest(
        "[data-testid=terminal-screen], .bytes, .nf-text, .rule-line, .react-flow__attribution, [lang=en], script, noscript, style",
      ) !== null;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode())
      if (!isHidden(walker.currentNode.parentElement!)) found.push(walker.currentNode.textContent ?? "");
    for (const element of document.querySelectorAll("[aria-label], [title], [placeholder], [aria-valuetext]")) {
      if (isHidden(element)) continue;
      for (const name of ["aria-label", "title", "placeholder", "aria-valuetext"])
        found.push(element.getAttribute(name) ?? "");
    }
    return found;
  });
  const words = (text: string) =>
    text.split(/[^\w.:/@=-]+/).filter((word) => /^[A-Za-z]{2,}$/.test(word) && /[a-z]/.test(word));
  const foreign = texts.filter((text) => words(text).some((word) => !IDENTIFIERS.has(word)));
  return [...new Set(foreign.map((text) => text.trim()))];
}
