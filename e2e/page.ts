/**
 * The page as somebody uses it who knows it by roles and accessible names: what can be done, and what can be read.
 * Whatever takes time is waited for by the page's own `whenIdle`, never by a pause.
 */
import { expect, type Locator, type Page } from "@playwright/test";

/** How a visit begins: what an earlier visit may have left in the browser. */
export interface Visit {
  /** 0.1 … 10. The journeys run at ten times the usual speed where the speed is not what they are about. */
  readonly speed?: number;
  readonly language?: "en" | "zh";
  readonly theme?: "light" | "dark" | "projector";
  /** Sizes of panels that were dragged, px; none for a first visit. */
  readonly panels?: Readonly<Record<string, number>>;
  /** The session kept by an earlier visit, as it lies in the browser. */
  readonly state?: string;
  /** What follows the page's address. */
  readonly at?: string;
}

const STORED = "docker0-playground/";

/** Sizes of the panels, px: a terminal in which 80 columns and a whole ping can be read. */
const PANELS = { lower: 300, terminal: 620 };

/** Opens the page, and waits until its first scene stands. */
export async function visit(page: Page, how: Visit = {}): Promise<void> {
  const { speed = 10, language = "en", theme = "light", panels = PANELS, state, at = "./" } = how;
  const stored = {
    prefs: JSON.stringify({ theme, language, speed, panels }),
    ...(state === undefined ? {} : { state }),
  };
  await page.addInitScript(
    ([prefix, entries]) => {
      // Only the first time: a reload finds what the visit itself has left.
      if (localStorage.length > 0) return;
      for (const [name, text] of Object.entries(entries)) localStorage.setItem(prefix + name, text);
    },
    [STORED, stored] as const,
  );
  await page.goto(at);
  await whenIdle(page);
}

/** What the page keeps under this name, or null. */
export const kept = (page: Page, name: string): Promise<string | null> =>
  page.evaluate((key) => localStorage.getItem(key), STORED + name);

/** Waits until no command runs, nothing is in flight and no step is being made. A paused page is idle. */
export async function whenIdle(page: Page): Promise<void> {
  await page.waitForFunction(() => "__playground" in window);
  await page.evaluate(() =>
    (window as unknown as { __playground: { whenIdle(): Promise<void> } }).__playground.whenIdle(),
  );
}

/** Presses the button with this name, and waits for what it sets off. */
export async function press(page: Page, name: string | RegExp): Promise<void> {
  await page.getByRole("button", { name, exact: typeof name === "string" }).click();
  await whenIdle(page);
}

/** Presses a key for the whole page, and waits for what it sets off. */
export async function key(page: Page, name: string): Promise<void> {
  await page.keyboard.press(name);
  await whenIdle(page);
}

/** Chooses a line of the menu that a button opens. */
export async function choose(page: Page, button: string | RegExp, line: string): Promise<void> {
  await page.getByRole("button", { name: button }).click();
  await page.getByRole("menu").getByText(line, { exact: true }).click();
  await expect(page.getByRole("menu")).toHaveCount(0);
}

/** Waits until what has changed is drawn: a few frames of the screen, however long a busy machine takes for them. */
export function drawn(page: Page): Promise<void> {
  return page.evaluate(async () => {
    for (let frames = 0; frames < 4; frames++) await new Promise((resolve) => requestAnimationFrame(resolve));
  });
}

/** Where something stands, once it has stopped moving: a drawing that is fitted anew glides there. */
export async function boxOf(what: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  for (;;) {
    const before = await what.boundingBox();
    await drawn(what.page());
    const now = await what.boundingBox();
    if (now !== null && JSON.stringify(now) === JSON.stringify(before)) return now;
  }
}

// ── Time

export const pause = (page: Page): Promise<void> => press(page, "Pause");
export const play = (page: Page): Promise<void> => page.getByRole("button", { name: "Play", exact: true }).click();
/** To the next moment at which something happens. */
export const stepEvent = (page: Page): Promise<void> => press(page, "Step one event");
/** To the end of the next frame's way over a wire. */
export const stepHop = (page: Page): Promise<void> => press(page, "Step one hop");
export const stepBack = (page: Page): Promise<void> => press(page, "Back one event");

/** To the very start, where nothing has happened. */
export async function rewind(page: Page): Promise<void> {
  await scrubber(page).focus();
  await key(page, "Home");
}

/** To the latest moment of this branch. */
export async function toTheEnd(page: Page): Promise<void> {
  await scrubber(page).focus();
  await key(page, "End");
}

export const scrubber = (page: Page): Locator => page.getByRole("slider", { name: /Playhead|播放头/ });

/** The playhead's time as the page writes it: "4.834 024 s". */
export const readout = (page: Page): Locator => page.getByRole("region", { name: "Timeline" }).getByRole("status");

/** Goes event by event until one that says `words` has happened; there time stands still. */
export async function stepUntil(page: Page, words: string | RegExp): Promise<void> {
  for (let steps = 0; steps < 40; steps++) {
    if ((await eventLines(page)).some((line) => matches(line, words))) return;
    await stepEvent(page);
  }
  throw new Error(`no event says ${words}; there are:\n${(await eventLines(page)).join("\n")}`);
}

const matches = (text: string, words: string | RegExp): boolean =>
  typeof words === "string" ? text.includes(words) : words.test(text);

// ── What has happened

export const events = (page: Page): Locator => page.getByRole("listbox", { name: "Events" }).getByRole("option");

/** The events that the list shows (it shows the last ones), each as "4.834 024 ARP docker0 floods: …". */
export async function eventLines(page: Page): Promise<string[]> {
  return (await events(page).allInnerTexts()).map((text) => text.replace(/\s+/g, " "));
}

/** The last event: the page's header says it too. */
export const lastEvent = (page: Page): Locator => events(page).last();

/** Opens an event in the details. */
export const openEvent = (page: Page, words: string | RegExp): Promise<void> =>
  events(page).filter({ hasText: words }).last().click();

export const details = (page: Page): Locator => page.getByRole("region", { name: "Details" });

/** The sentences at the edge of the page. */
export const notices = (page: Page): Locator => page.getByRole("status").filter({ has: page.locator("p") });

// ── The drawing

export const canvas = (page: Page): Locator => page.getByRole("application", { name: "Network drawing" });

export const container = (page: Page, name: string): Locator =>
  canvas(page).getByRole("group", { name: new RegExp(`^Container ${name},`) });

export const bridge = (page: Page, name = "docker0"): Locator =>
  canvas(page).getByRole("group", { name: `Bridge ${name}` });

/** A container's veth pair, found by the index of its eth0. */
export const veth = (page: Page, ifindex: number): Locator =>
  page.getByRole("button", { name: new RegExp(`veth pair .*\\b${ifindex}: `) });

/** Rows of docker0's table, each as "02:42:ac:11:00:02 veth08ec7aa 0 s". */
export async function fdb(page: Page): Promise<string[]> {
  const rows = canvas(page).getByRole("region", { name: "Forwarding table of docker0" }).getByRole("listitem");
  return (await rows.allInnerTexts()).map((text) => text.replace(/\s+/g, " "));
}

/** MACs that docker0 has learned from frames. */
export async function learned(page: Page): Promise<string[]> {
  return (await fdb(page)).filter((row) => !row.includes("permanent")).map((row) => row.slice(0, 17));
}

/** What is drawn of the packets in a protocol's colour over an element: how many pixels, and where their middle is. */
export function token(over: Locator, tone: "arp" | "icmp" | "drop"): Promise<{ pixels: number; x: number; y: number }> {
  return over.evaluate((element, name) => {
    const packets = document.querySelector<HTMLCanvasElement>("canvas.packets");
    // What draws packets comes after the scene has opened.
    if (packets === null) return { pixels: 0, x: 0, y: 0 };
    const frame = packets.getBoundingClientRect();
    const { x, y, width: broad, height: high } = element.getBoundingClientRect();
    // A line has no width; what runs on it has.
    const spare = Math.max(0, 32 - broad) / 2;
    const box = { x: x - spare, y, width: broad + 2 * spare, height: high };
    const ratio = packets.width / frame.width;
    const [left, top] = [Math.round((box.x - frame.x) * ratio), Math.round((box.y - frame.y) * ratio)];
    const width = Math.max(1, Math.round(box.width * ratio));
    const { data } = packets
      .getContext("2d")!
      .getImageData(left, top, width, Math.max(1, Math.round(box.height * ratio)));
    const hex = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
    const colour = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
    const sum = { pixels: 0, x: 0, y: 0 };
    for (let i = 0; i < data.length; i += 4) {
      if (data[i + 3]! < 200 || !colour.every((part, j) => Math.abs(data[i + j]! - part) < 12)) continue;
      sum.pixels++;
      sum.x += (i / 4) % width;
      sum.y += Math.floor(i / 4 / width);
    }
    const middle = (total: number, start: number) => start + total / Math.max(1, sum.pixels) / ratio;
    return { pixels: sum.pixels, x: middle(sum.x, box.x), y: middle(sum.y, box.y) };
  }, tone);
}

/** Pixels of a protocol's colour among the packets that are drawn over an element. */
export const ink = async (over: Locator, tone: "arp" | "icmp" | "drop"): Promise<number> =>
  (await token(over, tone)).pixels;

// ── Terminals

/** Brings a terminal to the front. */
export async function openTerminal(page: Page, who: string): Promise<void> {
  await page.getByRole("tab", { name: who, exact: true }).click();
  await expect(prompt(page, who)).toBeAttached();
}

/** Where one types in a terminal. */
export const prompt = (page: Page, who: string): Locator =>
  page.getByRole("textbox", { name: new RegExp(`^(Type a command for ${who}\\.|输入给 ${who} 的)`) });

/** Types a line into a terminal and presses Enter, without waiting for what comes of it. */
export async function startLine(page: Page, who: string, line: string): Promise<void> {
  await openTerminal(page, who);
  await prompt(page, who).focus();
  await page.keyboard.type(line);
  await page.keyboard.press("Enter");
}

/** Types a line into a terminal, and waits until it has ended. */
export async function typeLine(page: Page, who: string, line: string): Promise<void> {
  await startLine(page, who, line);
  await whenIdle(page);
}

/** What stands on the screen of the terminal in front, as a screen reader reads it. */
export async function screen(page: Page): Promise<string> {
  const lines = await page
    .getByRole("tabpanel", { name: /^(Terminal of|.*终端)/ })
    .getByRole("listitem")
    .allInnerTexts();
  return lines
    .map((line) => line.replace(/\u00a0/g, " ").trimEnd())
    .join("\n")
    .trim();
}

/** Waits until the screen shows this. */
export async function expectScreen(page: Page, words: string | RegExp): Promise<void> {
  const shown = expect.poll(() => screen(page), { message: `the terminal shows ${words}` });
  await (typeof words === "string" ? shown.toContain(words) : shown.toMatch(words));
}
