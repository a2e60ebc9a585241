/** Pages of other people that a figure stands in: served from another site than the playground's (localhost, not 127.0.0.1). */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, type Frame, type FrameLocator, type Page } from "@playwright/test";

export interface Host {
  /** Opens a page with this body, and gives back where it lies. */
  readonly open: (page: Page, body: string, more?: { html?: string; head?: string; path?: string }) => Promise<void>;
  readonly close: () => void;
}

/** Starts a site whose pages are what the tests write. */
export async function startHost(): Promise<Host> {
  const pages = new Map<string, string>();
  const server: Server = createServer((request, response) => {
    const found = pages.get(request.url ?? "");
    response.writeHead(found === undefined ? 204 : 200, { "Content-Type": "text/html; charset=utf-8" });
    response.end(found ?? "");
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const { port } = server.address() as AddressInfo;
  let count = 0;
  return {
    async open(page, body, { html = 'lang="en"', head = "" } = {}) {
      const path = `/page-${count++}`;
      pages.set(
        path,
        `<!doctype html><html ${html}><head><title>Article</title>${head}</head><body>${body}</body></html>`,
      );
      await page.goto(`http://localhost:${port}${path}`);
    },
    close: () => server.close(),
  };
}

/** A plain frame with these settings. */
export const frameTag = (site: string | undefined, query: string, more = 'width="688" height="420"'): string =>
  `<iframe ${more} src="${site}?embed=1&lang=en${query}"></iframe>`;

/** The script for <docker0-playground>. */
export const script = (site: string | undefined): string => `<script src="${site}v1/embed.js"></script>`;

/** The frame's document, once its scene stands. */
export async function opened(page: Page, nth = 0): Promise<Frame> {
  await expect.poll(() => figures(page).length, { message: "frames of the playground" }).toBeGreaterThan(nth);
  const frame = figures(page)[nth]!;
  await frame.waitForFunction(() => "__playground" in window);
  await idle(frame);
  return frame;
}

export const figures = (page: Page): Frame[] => page.frames().filter((frame) => frame.url().includes("embed=1"));

export const idle = (frame: Frame): Promise<void> =>
  frame.evaluate(() => (window as unknown as { __playground: { whenIdle(): Promise<void> } }).__playground.whenIdle());

export const inside = (page: Page, nth = 0): FrameLocator => page.locator("iframe").nth(nth).contentFrame();

/** Has the page around keep whatever comes from its frames, to be asked for with `heard`. */
export const LISTEN = `<script>window.heard = []; addEventListener("message", (e) => window.heard.push(e.data));</script>`;

export interface Heard {
  readonly docker0: number;
  readonly type: string;
  readonly id?: unknown;
  readonly message?: string;
  readonly scene?: string | null;
  readonly state?: string;
  readonly event?: number;
  readonly events?: readonly { readonly number: number; readonly text: string }[];
}

export const heard = (page: Page, type: string): Promise<Heard[]> =>
  page.evaluate((name) => (window as unknown as { heard: Heard[] }).heard.filter((one) => one.type === name), type);

/** Sends a message into the first frame. */
export const send = (page: Page, message: unknown): Promise<void> =>
  page.evaluate((data) => document.querySelector("iframe")!.contentWindow!.postMessage(data, "*"), message);
