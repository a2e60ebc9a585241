import { expect, type Locator, type Page, test } from "@playwright/test";
import { axeFaults as faults } from "./checks.ts";
import * as the from "./page.ts";

const menu = (page: Page, name: string): Locator => page.getByRole("menu", { name: `Menu of ${name}` });

/** Opens the page, and waits until the canvas has fetched what answers to hands. */
async function visit(page: Page, how: the.Visit = {}): Promise<void> {
  await the.visit(page, how);
  await page.locator(".canvas[data-handles]").waitFor();
}

/** Opens the menu of something with the right button. */
async function menuOf(page: Page, on: Locator, name: string): Promise<Locator> {
  await on.scrollIntoViewIfNeeded();
  const box = await the.boxOf(on);
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2, { button: "right" });
  await expect(menu(page, name)).toBeVisible();
  return menu(page, name);
}

/** Chooses in a menu, and in the list that its line opens. */
async function pick(page: Page, from: Locator, line: string, inList?: string | RegExp): Promise<void> {
  const item = from.getByRole("menuitem", { name: line, exact: true });
  if (inList === undefined) await item.click();
  else {
    await item.focus();
    await page.keyboard.press("ArrowRight");
    await page.getByRole("menu", { name: line }).getByRole("menuitem", { name: inList }).click();
  }
  await the.whenIdle(page);
}

/** Text that is visible on the canvas, and its size on the screen, px. */
const sizes = (page: Page): Promise<{ text: string; px: number }[]> =>
  page.evaluate(() => {
    const canvas = document.querySelector(".canvas")!;
    const zoom = new DOMMatrix(getComputedStyle(document.querySelector(".react-flow__viewport")!).transform).a;
    const walker = document.createTreeWalker(canvas, NodeFilter.SHOW_TEXT);
    const found: { text: string; px: number }[] = [];
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement!;
      const text = node.textContent!.trim();
      const box = element.getBoundingClientRect();
      const isHidden =
        text === "" || box.width < 2 || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
      if (isHidden || element.closest("option, style, [style*='clip'], .visually-hidden") !== null) continue;
      const style = getComputedStyle(element);
      if (style.fontSize === "0px" || style.color === "rgba(0, 0, 0, 0)") continue;
      if ([...ancestors(element)].some((one) => getComputedStyle(one).clipPath !== "none")) continue;
      const inFlow = element.closest(".react-flow__viewport") !== null;
      const scale = inFlow ? zoom * scaleOf(element) : 1;
      found.push({ text, px: Number.parseFloat(style.fontSize) * scale });
    }
    return found;

    function* ancestors(element: Element): Generator<Element> {
      for (let one: Element | null = element; one !== null && one !== canvas; one = one.parentElement) yield one;
    }
    function scaleOf(element: Element): number {
      let scale = 1;
      for (const one of ancestors(element)) {
        if (one.classList.contains("react-flow__viewport")) break;
        const { transform } = getComputedStyle(one);
        if (transform !== "none") scale *= new DOMMatrix(transform).a;
      }
      return scale;
    }
  });

/** Waits until the view stands still. */
const settled = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const where = () => document.querySelector<HTMLElement>(".react-flow__viewport")!.style.transform;
    for (let last = "", still = 0; still < 8; last = where()) {
      await new Promise(requestAnimationFrame);
      still = where() === last ? still + 1 : 0;
    }
  });

test("the right button pressed while the menus are still being fetched opens one when they are there", async ({
  page,
}) => {
  let deliver = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    deliver = resolve;
  });
  await page.route(/handles-[^/]*\.js$/, async (route) => {
    await held;
    await route.continue();
  });
  await the.visit(page);
  const card = the.container(page, "nginx-1");
  await card.click({ button: "right" });
  await expect(page.getByRole("toolbar")).toHaveCount(0);
  await expect(menu(page, "nginx-1")).toHaveCount(0);
  deliver();
  await expect(menu(page, "nginx-1")).toBeVisible();
});

test("a container's menu has all that can be done with it, and each ends in a shell line", async ({ page }) => {
  await visit(page);
  const open = () => menuOf(page, the.container(page, "box-3").getByText("box-3", { exact: true }), "box-3");
  const lines = await (await open()).getByRole("menuitem").allInnerTexts();
  expect(lines).toEqual(
    expect.arrayContaining(["Ping", "HTTP to", "Traceroute to", "Look up a name", "Open terminal", "Details", "Cut"]),
  );
  expect(lines).toEqual(expect.arrayContaining(["Open the card", "Select", "Stop", "Remove", "Copy"]));
  await pick(page, menu(page, "box-3"), "HTTP to", /^nginx-1/);
  await the.expectScreen(page, "Further configuration is required");
});

test("a container's menu asks for the way and for names, too", async ({ page }) => {
  await visit(page);
  const open = () => menuOf(page, the.container(page, "box-3").getByText("box-3", { exact: true }), "box-3");
  await pick(page, await open(), "Traceroute to", /^gw/);
  await the.expectScreen(page, /traceroute -n 192\.168\.1\.1[\s\S]* 2 {2}192\.168\.1\.1/);
  await pick(page, await open(), "Look up a name", "www.example.com");
  await the.expectScreen(page, /nslookup www\.example\.com[\s\S]*203\.0\.113\.80/);
  await pick(page, await open(), "Ping", /^nginx-2/);
  await the.expectScreen(page, /ping -c 3 172\.17\.0\.3[\s\S]*icmp_seq=1/);
});

test("menus of a bridge, a line, a host, a machine outside and the ground, by key as by the right button", async ({
  page,
}) => {
  await visit(page);
  await pick(page, await menuOf(page, the.bridge(page).getByText("docker0"), "docker0"), "Run a container", "busybox");
  await the.expectScreen(page, "docker run -dit --name box-1 busybox");

  await the.veth(page, 4).focus();
  await page.keyboard.press("Shift+F10");
  await pick(page, page.getByRole("menu", { name: /^Menu of veth/ }), "Cut");
  await the.expectScreen(page, /ip link set veth[0-9a-f]{7} down/);
  await expect(the.veth(page, 4)).toHaveAccessibleName(/, down$/);

  await page.getByRole("group", { name: /^gateway gw/ }).focus();
  await page.keyboard.press("Shift+F10");
  await expect(menu(page, "gw").getByRole("menuitem", { name: "Traceroute to" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("group", { name: /^gateway gw/ })).toBeFocused();

  await pick(page, await menuOf(page, the.canvas(page).getByText("own stack"), "hostA"), "New network");
  await the.expectScreen(page, "docker network create net-1");
  await expect(page.getByRole("group", { name: /^Bridge br-/ })).toBeVisible();

  await the.canvas(page).click({ button: "right", position: { x: 4, y: 4 } });
  await expect(menu(page, "Drawing").getByRole("menuitem", { name: "Add a Docker host …" })).toBeVisible();
});

test("a long press opens the menu for a finger", async ({ browser }) => {
  const context = await browser.newContext({ hasTouch: true, viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  await visit(page);
  const box = await the.boxOf(the.container(page, "nginx-1"));
  const session = await context.newCDPSession(page);
  const touchPoints = [{ x: box.x + 30, y: box.y + 20 }];
  await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints });
  await expect(menu(page, "nginx-1")).toBeVisible();
  await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await expect(menu(page, "nginx-1")).toBeVisible();
  await context.close();
});

test("several cards: by Shift, by a frame, all of them; stopped, moved and removed together", async ({ page }) => {
  await visit(page);
  const bar = page.getByRole("toolbar", { name: "What to do with everything selected" });
  await the.container(page, "nginx-1").click({ modifiers: ["Shift"] });
  await the.container(page, "box-3").focus();
  await page.keyboard.press("Shift+Space");
  await expect(bar).toContainText("2 selected");
  await bar.getByRole("button", { name: "Ping the others from nginx-1" }).click();
  await the.whenIdle(page);
  await the.expectScreen(page, "for ip in 172.17.0.4; do ping -c 1 $ip; done");
  await bar.getByRole("button", { name: "Stop" }).click();
  await the.whenIdle(page);
  await the.expectScreen(page, "docker stop nginx-1 box-3");
  await page.keyboard.press("Escape");
  await expect(bar).toHaveCount(0);

  const [first, second] = [
    await the.boxOf(the.container(page, "nginx-1")),
    await the.boxOf(the.container(page, "nginx-2")),
  ];
  const corner = await the.boxOf(the.canvas(page));
  await page.keyboard.down("Shift");
  await page.mouse.move(corner.x + 6, corner.y + 6);
  await page.mouse.down();
  await page.mouse.move(second.x + 30, second.y + 30, { steps: 4 });
  await page.mouse.up();
  await page.keyboard.up("Shift");
  await expect(bar).toContainText("2 selected");
  await page.mouse.move(first.x + 30, first.y + 12);
  await page.mouse.down();
  await page.mouse.move(first.x + 30, first.y + 52, { steps: 5 });
  await page.mouse.up();
  for (const [name, before] of [
    ["nginx-1", first],
    ["nginx-2", second],
  ] as const) {
    expect((await the.boxOf(the.container(page, name))).y).toBeGreaterThan(before.y + 20);
  }
  await bar.getByRole("button", { name: "Remove" }).click();
  await the.whenIdle(page);
  await the.expectScreen(page, "docker rm -f nginx-1 nginx-2");
  await expect(the.container(page, "nginx-2")).toHaveCount(0);

  await the.bridge(page).focus();
  await page.keyboard.press("Control+a");
  await expect(bar).toContainText("4 selected");
  await bar.getByRole("button", { name: "Connect these hosts …" }).click();
  await expect(page.getByRole("dialog").getByRole("checkbox", { name: /hostA/ })).toBeChecked();
});

test("a dragged card catches its neighbours' edges, and lines show which", async ({ page }) => {
  await visit(page);
  const [card, other] = [the.container(page, "box-3"), the.container(page, "nginx-2")];
  const [from, beside] = [await the.boxOf(card), await the.boxOf(other)];
  await page.mouse.move(from.x + 40, from.y + 12);
  await page.mouse.down();
  await page.mouse.move(from.x + 40, from.y + 60, { steps: 4 });
  // React Flow takes the first step for a press that shook.
  await page.mouse.move(from.x + 44, from.y + 27, { steps: 2 });
  await expect(page.locator(".guides path").first()).toBeAttached();
  expect((await the.boxOf(card)).y).toBeCloseTo(beside.y, 0);
  await page.mouse.up();
  await expect(page.locator(".guides")).toHaveCount(0);
});

test("a card opens to interfaces, lo, routes and iptables, and stays open over a reload; so does a host's stack", async ({
  page,
}) => {
  await visit(page, { panels: { lower: 140, terminal: 620 } });
  const card = the.container(page, "nginx-1");
  await page.getByRole("button", { name: /^Open nginx-1 to/ }).click();
  for (const part of ["Interfaces", "lo", "Routes", "iptables"]) {
    await expect(card.getByRole("list", { name: part, exact: true })).toBeAttached();
  }
  await expect(card.getByRole("list", { name: "Routes" })).toContainText("default172.17.0.1");
  await page.getByRole("button", { name: /^Open hostA to/ }).click();
  const host = page.getByRole("group", { name: /^Linux hostA/ });
  await expect(host.getByRole("list", { name: "iptables" })).toContainText(/nat \d+ · filter \d+/);
  await page.reload();
  await the.whenIdle(page);
  await expect(card.getByRole("list", { name: "Interfaces" })).toContainText("172.17.0.2/16");
  await page.getByRole("button", { name: "Close nginx-1" }).click();
  await expect(card.getByRole("list", { name: "Interfaces" })).toHaveCount(0);
});

test("a container on the host's network docks in the stack, has no eth0, and :80 shows its owner", async ({ page }) => {
  await visit(page);
  await the.typeLine(page, "hostA", "docker run -d --net=host --name web nginx");
  const host = page.getByRole("group", { name: /^Linux hostA/ });
  await expect(host).toContainText(":80 nginx (web)");
  await expect(the.container(page, "web")).not.toContainText("eth0");
  const [pill, stack] = [await the.boxOf(the.container(page, "web")), await the.boxOf(host.locator(".stack"))];
  expect(pill.y).toBeGreaterThan(stack.y);
  expect(pill.y + pill.height).toBeLessThan(stack.y + stack.height);
});

test("pointing at anything says one line; a port says that docker0 decides; a press opens it", async ({ page }) => {
  await visit(page);
  const line = page.getByRole("tooltip");
  const port = page.getByRole("img", { name: /has no stack here: docker0 decides/ }).first();
  await port.hover();
  await expect(line).toHaveText(/^5: veth[0-9a-f]{7} · port 1 of docker0 · no stack here: docker0 decides · up$/);
  await the.container(page, "nginx-2").getByText("eth0").hover();
  await expect(line).toHaveText(/^6: eth0 · of nginx-2 · 172\.17\.0\.3\/16 · 02:42:ac:11:00:03 · MTU 1500 · up$/);
  const wire = await the.boxOf(the.veth(page, 8));
  await page.mouse.move(wire.x + wire.width / 2, wire.y + wire.height / 2);
  await expect(line).toHaveText(/^veth pair · box-3 eth0 – hostA veth[0-9a-f]{7} · up$/);
  await page.getByRole("group", { name: /^server internet/ }).hover();
  await expect(line).toHaveText(/^internet · 203\.0\.113\.80 .*· listens on :80$/);
  await port.click();
  await expect(the.details(page)).toContainText(/veth[0-9a-f]{7}@if4.*port 1/);
});

test("each kind of line has a look of its own, and the legend shows it", async ({ page }) => {
  await visit(page);
  await page.getByRole("button", { name: "Legend" }).click();
  const kinds = page.getByRole("list", { name: "Kinds of lines" }).getByRole("listitem");
  const looks = await kinds.evaluateAll((items) =>
    items.map((item) =>
      [...item.querySelectorAll("path, rect, circle")]
        .map((shape) => {
          const { strokeDasharray, strokeWidth } = getComputedStyle(shape);
          return `${shape.tagName} ${strokeWidth} ${strokeDasharray}`;
        })
        .join(", "),
    ),
  );
  expect(looks).toHaveLength(9);
  // Without any colour.
  expect(new Set(looks).size).toBe(9);
});

test("at every zoom what is shown is at least 11 px, and names stay longest", async ({ page }) => {
  await visit(page);
  const levels = new Set<string>();
  // However large the drawing is at first, each level is met on the way.
  await page.locator(".controls .full-size").click();
  await settled(page);
  for (let step = 0; step < 11; step++) {
    levels.add((await page.locator(".canvas").getAttribute("data-level")) ?? "");
    const small = (await sizes(page)).filter(({ px }) => px < 10.95);
    expect(small).toEqual([]);
    await page.getByRole("button", { name: step < 3 ? "Zoom in" : "Zoom out" }).click();
    await settled(page);
  }
  expect([...levels]).toEqual(expect.arrayContaining(["full", "near", "mid", "far", "names"]));
});

test("the same scene as machines: computers, cables and a switch with numbered ports, at the same places", async ({
  page,
}) => {
  await visit(page);
  const before = await the.boxOf(the.container(page, "nginx-1"));
  await page.getByRole("button", { name: "Draw as machines" }).click();
  await expect(the.container(page, "nginx-1").locator(".art-computer")).toBeVisible();
  await expect(the.bridge(page).locator(".art-switch .art-lamp[data-on]")).toHaveCount(3);
  expect(await the.container(page, "nginx-1").boundingBox()).toEqual(before);
  await page.reload();
  await the.whenIdle(page);
  await expect(page.getByRole("button", { name: "Draw as machines" })).toHaveAttribute("aria-pressed", "true");
});

test("the shelf can be searched, and takes any image's name", async ({ page }) => {
  await visit(page);
  const shelf = page.getByRole("region", { name: "Shelf" });
  await page.getByRole("button", { name: "Search the shelf" }).click();
  await page.getByRole("searchbox", { name: "Search the shelf" }).fill("bus");
  await expect(shelf.getByRole("button", { name: /: drag onto/ })).toHaveCount(1);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "another name" }).click();
  await page.getByRole("textbox", { name: "Image name" }).fill("ghcr.io/team/web:1.2");
  await page.keyboard.press("Enter");
  await page.reload();
  await the.whenIdle(page);
  await expect(shelf.getByRole("button", { name: /^ghcr\.io\/team\/web:1\.2: drag/ })).toBeVisible();
});

test("the rail can be searched, too, in a field that is wider than the rail", async ({ page }) => {
  await page.setViewportSize({ width: 1024, height: 768 });
  await visit(page);
  await page.getByRole("button", { name: "Search the shelf" }).click();
  const field = page.getByRole("searchbox", { name: "Search the shelf" });
  await field.fill("ngi");
  await expect(page.getByRole("button", { name: /^busybox: / })).toHaveCount(0);
  await expect(page.getByRole("button", { name: /^nginx: / })).toBeVisible();
  expect((await the.boxOf(field)).width).toBeGreaterThan(150);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: /^busybox: / })).toBeVisible();
});

test("at 1024 px the drawing moves aside for what is opened, and comes back", async ({ page }) => {
  await page.setViewportSize({ width: 1024, height: 768 });
  await visit(page);
  await the.press(page, "Ping nginx-1 → nginx-2");
  const card = the.container(page, "box-3");
  const before = await the.boxOf(card);
  await the.lastEvent(page).click();
  const drawer = await the.boxOf(the.details(page));
  const aside = await the.boxOf(card);
  expect(aside.x + aside.width).toBeLessThanOrEqual(drawer.x);
  await page.getByRole("button", { name: "Close details" }).click();
  await expect.poll(async () => Math.abs((await the.boxOf(card)).x - before.x)).toBeLessThan(2);
});

test("two hosts with eight containers can be read at 1024 px: each name and address, none over another", async ({
  page,
}) => {
  await page.setViewportSize({ width: 1024, height: 768 });
  await page.goto("./?scene=same-subnet");
  await the.whenIdle(page);
  for (const host of ["hostA", "hostB"]) {
    await the.typeLine(page, host, "for i in a1 b1 c1; do docker run -d --name $i nginx; done");
  }
  const cards = the.canvas(page).getByRole("group", { name: /^Container/ });
  expect(await cards.count()).toBeGreaterThanOrEqual(8);
  await page.getByRole("button", { name: "Fit everything" }).click();
  const words = (await sizes(page)).filter(({ text }) => /^172\.17\.0\.\d+$/.test(text));
  expect(words.length).toBeGreaterThanOrEqual(8);
  for (const { px } of words) expect(px).toBeGreaterThanOrEqual(10.95);
});

test("axe finds nothing in a menu, a selection, the legend, an opened card and the drawing as machines", async ({
  page,
}) => {
  test.slow();
  await visit(page);
  await menuOf(page, the.container(page, "box-3").getByText("box-3", { exact: true }), "box-3");
  expect.soft(await faults(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await the.container(page, "nginx-1").click({ modifiers: ["Shift"] });
  await page.getByRole("button", { name: "Legend" }).click();
  await page.getByRole("button", { name: /^Open nginx-2 to/ }).click();
  await page.getByRole("button", { name: "Draw as machines" }).click();
  await expect(the.container(page, "nginx-1").locator(".art-computer")).toBeVisible();
  expect.soft(await faults(page)).toEqual([]);
});

test("a namespace made by hand has a card with its end of the veth, a terminal inside, and goes by its bar or a key", async ({
  page,
}) => {
  await the.visit(page, { at: "?scene=docker0-by-hand" });
  const card = the.canvas(page).getByRole("group", { name: /^network namespace blue/ });
  await the.typeLine(page, "hostA", "ip netns add blue");
  await expect(card).toContainText("netns");
  await the.typeLine(page, "hostA", "ip link add veth-b type veth peer name eth0 netns blue; ip link set veth-b up");
  await the.typeLine(page, "hostA", "ip addr add 10.9.0.1/24 dev veth-b");
  await card.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Terminal", exact: true }).click();
  await expect(the.prompt(page, "blue")).toBeFocused();
  await the.typeLine(page, "blue", "ip addr add 10.9.0.2/24 dev eth0; ip link set eth0 up; ip netns identify");
  await the.expectScreen(page, /^root@hostA:~# ip addr add .*\nblue\nroot@hostA:~#/s);
  await expect(card).toContainText("10.9.0.2/24");
  expect.soft(await faults(page)).toEqual([]);
  await card.click({ button: "right" });
  await page.getByRole("menuitem", { name: "Ping" }).click();
  await page.getByRole("menuitem", { name: /^hostA/ }).click();
  await the.whenIdle(page);
  await the.expectScreen(page, "3 packets transmitted, 3 received");
  await card.click();
  await page.getByRole("toolbar").getByRole("button", { name: "Remove" }).click();
  await expect(card).toHaveCount(0);
  await expect(page.getByRole("tab", { name: "blue" })).toHaveCount(0);
  await the.key(page, "Control+z");
  await expect(card).toContainText("10.9.0.2/24");
  await card.focus();
  await the.key(page, "Delete");
  await expect(card).toHaveCount(0);
});
