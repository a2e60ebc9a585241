import { gzipSync } from "node:zlib";
import { expect, type Page, test } from "@playwright/test";
import { axeFaults } from "./checks.ts";
import { figures, frameTag, type Host, heard, idle, inside, LISTEN, opened, script, send, startHost } from "./host.ts";
import * as the from "./page.ts";

let host: Host;
test.beforeAll(async () => {
  host = await startHost();
});
test.afterAll(() => host.close());

const PING = "Ping nginx-1 → nginx-2";
const ARTICLE = `<p style="height: 900px">Above</p>`;

test.describe("a figure in a page of another site", () => {
  test("runs, tells what happens in words, and does as it is told", async ({ page, baseURL }) => {
    await host.open(page, LISTEN + frameTag(baseURL, "&speed=10"));
    const frame = await opened(page);
    expect(await heard(page, "ready")).toMatchObject([{ docker0: 1, ignored: [] }]);
    await inside(page).getByRole("button", { name: PING }).click();
    await idle(frame);
    await expect
      .poll(async () => (await heard(page, "event")).flatMap((one) => one.events ?? []).map(({ text }) => text))
      .toContainEqual(expect.stringMatching(/who has 172\.17\.0\.3/));
    await send(page, { docker0: 1, id: "a", type: "getState" });
    await expect.poll(async () => (await heard(page, "state")).find(({ id }) => id === "a")?.state).toMatch(/^\d+\./);
    await send(page, { docker0: 1, id: "b", type: "seek", event: 3 });
    // The events of one moment come together.
    const sought = async () => (await heard(page, "state")).find(({ id }) => id === "b")?.event;
    await expect.poll(sought).toBeGreaterThanOrEqual(3);
    expect(await sought()).toBeLessThan(10);
    await send(page, { docker0: 1, id: "c", type: "load", scene: "no-such-scene" });
    await expect
      .poll(async () => (await heard(page, "error")).map(({ message }) => message))
      .toEqual(["There is no scene called “no-such-scene”."]);
    const { state } = (await heard(page, "state")).find(({ id }) => id === "a")!;
    await send(page, { docker0: 1, id: "d", type: "load", scene: "user-networks" });
    await expect
      .poll(async () => (await heard(page, "state")).find(({ id }) => id === "d")?.scene)
      .toBe("user-networks");
    await send(page, { docker0: 1, id: "e", type: "setState", state });
    await expect.poll(async () => (await heard(page, "state")).find(({ id }) => id === "e")?.scene).toBe("same-host");
  });

  test("runs without an origin and without storage: fonts, worker and what is fetched later", async ({
    page,
    baseURL,
  }) => {
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    await host.open(page, LISTEN + frameTag(baseURL, "&speed=10", 'width="1024" height="600" sandbox="allow-scripts"'));
    const frame = await opened(page);
    await inside(page).getByRole("button", { name: PING }).click();
    await idle(frame);
    await inside(page).getByRole("button", { name: "Terminal" }).click();
    await inside(page).getByRole("tab", { name: "nginx-1" }).click();
    await expect(inside(page).getByRole("tabpanel")).toContainText("64 bytes from 172.17.0.3");
    expect(await frame.evaluate(() => document.fonts.check('12px "Inter Variable"'))).toBe(true);
    expect(await frame.evaluate(() => origin)).toBe("null");
    expect.soft(complaints).toEqual([]);
    // No window may be opened from here: the address is there to be copied.
    await inside(page).getByRole("button", { name: "Open larger" }).click();
    await expect(inside(page).getByRole("textbox", { name: /address/ })).toHaveValue(/#s=/);
  });

  test("opens larger with its state", async ({ page, baseURL, context }) => {
    await host.open(page, frameTag(baseURL, "&speed=10&theme=dark"));
    const frame = await opened(page);
    await inside(page).getByRole("button", { name: PING }).click();
    await idle(frame);
    const next = context.waitForEvent("page");
    await inside(page).getByRole("button", { name: "Open larger" }).click();
    const larger = await next;
    await the.whenIdle(larger);
    await expect(larger.locator("html")).toHaveAttribute("data-theme", "dark");
    await expect(larger.getByRole("heading", { level: 1 })).toBeVisible();
    await the.expectScreen(larger, "64 bytes from 172.17.0.3");
  });

  test("lets the wheel scroll the article, and zooms with Ctrl or once it has the focus", async ({ page, baseURL }) => {
    await host.open(page, frameTag(baseURL, "") + ARTICLE + ARTICLE);
    const frame = await opened(page);
    const zoom = () =>
      frame.locator(".react-flow__viewport").evaluate((e) => new DOMMatrix(getComputedStyle(e).transform).a);
    const scrolled = () => page.evaluate(() => scrollY);
    const before = await atRest(page, zoom);
    await page.mouse.move(300, 180);
    await page.mouse.wheel(0, 60);
    await expect.poll(scrolled).toBe(60);
    expect(await zoom()).toBe(before);
    // The hint goes by itself: on a busy machine before anybody has looked.
    await expect(async () => {
      await page.mouse.wheel(0, 10);
      await page.mouse.wheel(0, -10);
      await expect(frame.getByText("Ctrl + wheel to zoom")).toHaveCSS("opacity", "1", { timeout: 1000 });
    }).toPass();
    await expect.poll(scrolled).toBe(60);
    await page.keyboard.down("Control");
    await page.mouse.wheel(0, -60);
    await page.keyboard.up("Control");
    await expect.poll(zoom).toBeGreaterThan(before);
    expect(await scrolled()).toBe(60);
    const then = await atRest(page, zoom);
    await page.mouse.click(20, 100);
    await page.mouse.move(300, 180);
    await page.mouse.wheel(0, -60);
    await expect.poll(zoom).toBeGreaterThan(then);
    expect(await scrolled()).toBe(60);
  });

  test("takes neither the focus nor the page's place", async ({ page, baseURL }) => {
    await host.open(
      page,
      `<input id="own" autofocus>${ARTICLE}${frameTag(baseURL, "&autoplay&at=9&focus=nginx-1&speed=10")}`,
    );
    await page.locator("iframe").scrollIntoViewIfNeeded();
    const place = await page.evaluate(() => scrollY);
    await opened(page);
    expect(await page.evaluate(() => [document.activeElement?.id, scrollY])).toEqual(["own", place]);
  });

  test("waits for Start where it is asked to, and stands still out of sight", async ({ page, baseURL }) => {
    await host.open(page, frameTag(baseURL, "&load=click&scene=user-networks&autoplay&speed=0.1") + ARTICLE.repeat(3));
    const start = inside(page).getByRole("button", { name: /^Start: / });
    await expect(start).toContainText("Nothing runs until you press Start.");
    expect(page.workers()).toEqual([]);
    await start.click();
    await expect(inside(page).getByRole("application", { name: "Network drawing" })).toBeVisible();
    const frame = figures(page)[0]!;
    await frame.waitForFunction(() => (window as unknown as Probe).__playground.timeStore.getState().playhead_ns > 0);
    await page.evaluate(() => scrollTo(0, 2000));
    const playhead = () =>
      frame.evaluate(() => (window as unknown as Probe).__playground.timeStore.getState().playhead_ns);
    await someFrames(page);
    const stood = await playhead();
    await someFrames(page);
    expect(await playhead()).toBe(stood);
    await page.evaluate(() => scrollTo(0, 0));
    await expect.poll(playhead).toBeGreaterThan(stood);
  });

  test("600 px wide shows both hosts of a tunnel, and a lesson beside its drawing with the options in reach", async ({
    page,
  }) => {
    await page.setViewportSize({ width: 600, height: 400 });
    await page.goto("./?embed=1&lang=en&scene=flannel-vxlan");
    await the.whenIdle(page);
    for (const name of ["pod-a", "pod-b"]) {
      const box = await the.boxOf(the.container(page, name));
      expect(box.x).toBeGreaterThan(0);
      expect(box.x + box.width).toBeLessThan(600);
    }
    await page.goto("./?embed=1&lang=en&lesson=same-host");
    const option = page.getByRole("radio", { name: /^A ·/ });
    await expect(option).toBeInViewport({ ratio: 1 });
    await expect(the.bridge(page)).toBeInViewport();
    expect((await the.boxOf(the.bridge(page))).x).toBeLessThan((await the.boxOf(option)).x);
  });

  test("holds a lesson, and tells the page around it what came of a step", async ({ page, baseURL }) => {
    await host.open(page, LISTEN + frameTag(baseURL, "&lesson=same-host&assess&speed=10"));
    await opened(page);
    await inside(page).getByRole("radio").first().click();
    await inside(page).getByRole("button", { name: "Do it for me" }).click();
    await expect
      .poll(() => heard(page, "checkResult"))
      .toMatchObject([{ lesson: "same-host", step: 1, predicted: "A" }]);
  });

  test("is not shaken by hostile messages, and listens to nobody but the page around it", async ({ page, baseURL }) => {
    await host.open(page, LISTEN + frameTag(baseURL, "&lock=terminal"));
    const frame = await opened(page);
    await page.evaluate(() => {
      const target = document.querySelector("iframe")!.contentWindow!;
      let seed = 7;
      const next = (most: number) => {
        seed = (seed * 1103515245 + 12345) % 2147483648;
        return seed % most;
      };
      const words = ["load", "seek", "run", "setState", "play", "__proto__", "constructor", "", "🦆".repeat(500)];
      const values = () => [
        null,
        undefined,
        -1,
        1e308,
        Number.NaN,
        [],
        {},
        new Map([[1, 2]]),
        "x".repeat(next(5000)),
        { toString: 1 },
        true,
      ];
      for (let i = 0; i < 300; i++) {
        const some = values();
        const fields = ["scene", "event", "time_ns", "node", "line", "state", "id", "unit", "action"];
        const message: Record<string, unknown> = { docker0: next(4) === 0 ? some[next(11)] : 1, type: words[next(9)] };
        for (let j = next(4); j > 0; j--) message[fields[next(9)]!] = some[next(11)];
        target.postMessage(next(5) === 0 ? some[next(11)] : message, "*");
      }
    });
    await send(page, { docker0: 1, id: "last", type: "getState" });
    await expect.poll(async () => (await heard(page, "state")).some(({ id }) => id === "last")).toBe(true);
    const errors = await heard(page, "error");
    expect(errors.length).toBeGreaterThan(200);
    expect(errors.every(({ message }) => typeof message === "string" && message.length > 10)).toBe(true);
    await idle(frame);
    expect((await heard(page, "state")).at(-1)).toMatchObject({ scene: "same-host", event: 0 });
    // The frame itself, and so any other window, is not heard.
    const before = (await heard(page, "error")).length;
    await frame.evaluate(() => postMessage({ docker0: 1, type: "nonsense" }, "*"));
    await send(page, { docker0: 1, id: "still", type: "getState" });
    await expect.poll(async () => (await heard(page, "state")).some(({ id }) => id === "still")).toBe(true);
    expect((await heard(page, "error")).length).toBe(before);
  });
});

/** A number once it does not change any more. */
async function atRest(page: Page, read: () => Promise<number>): Promise<number> {
  let last = await read();
  const isSame = async () => {
    await someFrames(page);
    const before = last;
    last = await read();
    return last === before;
  };
  await expect.poll(isSame).toBe(true);
  return last;
}

/** Half a second of the page around. */
const someFrames = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    for (let i = 0; i < 30; i++) await new Promise(requestAnimationFrame);
  });

interface Probe {
  readonly __playground: { readonly timeStore: { getState(): { playhead_ns: number } } };
}

test.describe("<docker0-playground>", () => {
  test("follows the page's theme and language without starting over, forwards events, and ends with the element", async ({
    page,
    baseURL,
  }) => {
    const body = `<docker0-playground scene="same-host" speed="10"></docker0-playground>${script(baseURL)}${script(baseURL)}`;
    await host.open(page, body, { html: 'lang="zh-CN" class="dark"' });
    const frame = await opened(page);
    await expect(frame.locator("html")).toHaveAttribute("data-theme", "dark");
    await expect(frame.locator("html")).toHaveAttribute("lang", "zh-CN");
    const told = page.evaluate(
      () =>
        new Promise((resolve) =>
          document.addEventListener("docker0-event", (e) => resolve((e as CustomEvent).detail), { once: true }),
        ),
    );
    const state = await page
      .locator("docker0-playground")
      .evaluate((element) => (element as unknown as Element_).run());
    expect(state).toMatchObject({ type: "state", scene: "same-host" });
    expect(await told).toMatchObject({ docker0: 1, type: "event" });
    await idle(frame);
    await page.evaluate(() => {
      document.documentElement.className = "";
      document.documentElement.lang = "en";
    });
    await expect(frame.locator("html")).toHaveAttribute("data-theme", "light");
    await expect(frame.locator("html")).toHaveAttribute("lang", "en");
    expect(
      await frame.evaluate(() => (window as unknown as Probe).__playground.timeStore.getState().playhead_ns),
    ).toBeGreaterThan(0);
    const refused = page
      .locator("docker0-playground")
      .evaluate((element) => (element as unknown as Element_).run({ action: 50 }));
    await expect(refused).rejects.toThrow("This scene has no action 50.");
    await page.evaluate(() => document.querySelector("docker0-playground")!.remove());
    await expect.poll(() => [figures(page).length, page.workers().length]).toEqual([0, 0]);
  });

  test("is a small script; the address v1/ is the page; its height can be the drawing's", async ({ page, baseURL }) => {
    const code = await (await page.request.get(`${baseURL}v1/embed.js`)).body();
    expect(gzipSync(code).length).toBeLessThan(3 * 1024);
    await host.open(
      page,
      `<docker0-playground base="${baseURL}v1/" height="auto"></docker0-playground>${script(baseURL)}`,
    );
    await opened(page);
    const height = () => page.locator("docker0-playground").evaluate((element) => element.clientHeight);
    await expect.poll(height).toBeGreaterThan(450);
    expect(await atRest(page, height)).toBeLessThan(762);
  });

  test("twenty on a page: only those that can be seen run, and none moves the page", async ({ page, baseURL }) => {
    test.slow();
    const figure = `<p>Words.</p><docker0-playground scene="same-host" autoplay speed="0.1"></docker0-playground>`;
    await host.open(page, figure.repeat(20) + script(baseURL));
    const height = () => page.evaluate(() => document.documentElement.scrollHeight);
    const before = await height();
    const running = async () => {
      const all = await Promise.all(
        figures(page).map((frame) =>
          frame
            .evaluate(() => (window as unknown as Probe).__playground?.timeStore.getState().playhead_ns > 0)
            .catch(() => false),
        ),
      );
      return all.filter(Boolean).length;
    };
    await expect.poll(running, { timeout: 30_000 }).toBeGreaterThan(0);
    expect(figures(page).length).toBeLessThan(6);
    expect(page.workers().length).toBeLessThanOrEqual(3);
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    await expect.poll(running, { timeout: 30_000 }).toBeGreaterThan(2);
    expect(figures(page).length).toBeLessThan(12);
    expect(await height()).toBe(before);
  });
});

interface Element_ {
  run(what?: object): Promise<unknown>;
}

test.describe("any address", () => {
  test("gives a page, and says which settings were not understood", async ({ page }) => {
    await page.goto("./?embed=1&lang=en&foo=bar&speed=99&panels=canvas&at=400000");
    await the.whenIdle(page);
    await expect(the.notices(page)).toContainText("not understood: foo=bar, speed=99, at=400000");
    await expect(the.canvas(page)).toBeVisible();
    await expect(page.getByRole("button", { name: "Terminal" })).toHaveCount(0);
  });

  for (const [query, hash] of [
    ["?embed=%00&scene=%F0%28&__proto__=1&lesson[]=2", "#s=1.AAAA"],
    ["?embed&seed=4294967295&step=1&focus=<img src=x onerror=alert(1)>", "#s=2.%%%"],
    ["?scene=nowhere&lang=xx&theme=%E2%80%AE", `#s=2.${"A".repeat(3000)}`],
    [`?${"a=b&".repeat(500)}`, "#s="],
  ] as const) {
    test(`${query.slice(0, 40)} ${hash.slice(0, 10)}`, async ({ page }) => {
      const faults: string[] = [];
      page.on("pageerror", (error) => faults.push(error.message));
      await page.goto(`./${query}${hash}`);
      await the.whenIdle(page);
      await expect(page.getByTestId("main-action")).toBeVisible();
      await expect(the.canvas(page)).toBeVisible();
      await expect(the.notices(page).first()).toBeVisible();
      expect(faults).toEqual([]);
    });
  }

  test("at= opens the moment of an event; a theme and a language hold for this visit", async ({ page }) => {
    await page.goto("./?at=5&theme=dark&lang=zh&focus=nginx-2");
    await the.whenIdle(page);
    await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
    await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
    await expect(page.getByRole("listbox", { name: "事件" }).getByRole("option").nth(4)).toBeVisible();
    expect(await the.kept(page, "prefs")).toBeNull();
    await page.goto("./?lang=en&focus=hostA:docker0");
    await the.whenIdle(page);
    await expect(the.details(page).getByRole("heading", { name: "hostA" })).toBeVisible();
  });

  for (const [what, query] of [
    ["in light", "&theme=light"],
    ["in dark and Chinese", "&theme=dark&lang=zh"],
    ["that waits for Start", "&load=click"],
  ] as const) {
    test(`axe has nothing to say about a figure ${what}`, async ({ page }) => {
      await page.setViewportSize({ width: 688, height: 420 });
      await page.goto(`./?embed=1&lang=en${query}`);
      if (query.includes("load")) await expect(page.getByRole("button", { name: /^Start/ })).toBeVisible();
      else await the.whenIdle(page);
      expect(await axeFaults(page)).toEqual([]);
    });
  }

  test("a figure leaves the reader's own work alone", async ({ page }) => {
    await the.visit(page);
    await the.press(page, PING);
    await page.goto("./?embed=1&lang=en&scene=user-networks&speed=10");
    const before = await the.kept(page, "state");
    await the.whenIdle(page);
    await page.getByTestId("main-action").click();
    await the.whenIdle(page);
    await page.goto("about:blank");
    await page.goto("./");
    await the.whenIdle(page);
    expect(JSON.parse((await the.kept(page, "state"))!).scene.id).toBe("same-host");
    expect(JSON.parse(before!).scene.id).toBe("same-host");
  });

  test("locks hold: nothing to add, nothing to remove, nobody types", async ({ page }) => {
    await page.goto("./?lock=topology,terminal&lang=en&speed=10");
    await the.whenIdle(page);
    await expect(page.getByRole("region", { name: /^Shelf/ })).toContainText("This is locked here");
    await the.container(page, "nginx-1").click();
    await expect(page.getByRole("toolbar").getByRole("button", { name: "Ping" })).toBeVisible();
    await expect(page.getByRole("toolbar").getByRole("button", { name: "Remove" })).toHaveCount(0);
    await the.container(page, "nginx-1").focus();
    await page.keyboard.press("Delete");
    await the.startLine(page, "hostA", "docker ps");
    await the.whenIdle(page);
    await expect(the.container(page, "nginx-1")).toBeVisible();
    expect(await the.screen(page)).not.toContain("docker ps");
    await the.press(page, PING);
    // The word about the lock leaves the terminal few lines.
    await the.expectScreen(page, "3 packets transmitted, 3 received");
  });
});
