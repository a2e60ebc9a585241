/** The service worker with a network and caches that are records: what it keeps, refuses, forgets and answers with. */
import { createHash } from "node:crypto";
import { beforeEach, describe, expect, it, vi } from "vitest";

const SCOPE = "https://example.org/play/";
const digest = (text: string) => createHash("sha256").update(text).digest("base64");

/** What the server has, by address. */
let server: Record<string, string> = {};
/** Caches by name, in order of their making; what they hold by address. */
let stores = new Map<string, Map<string, string>>();
let listeners: Record<string, (event: unknown) => void> = {};
let skipped = 0;

const cacheOf = (held: Map<string, string>) => ({
  put: async (address: string, response: Response) => void held.set(address, await response.text()),
  match: async (address: string) => (held.has(address) ? new Response(held.get(address)) : undefined),
});

const caches = {
  open: async (name: string) => {
    if (!stores.has(name)) stores.set(name, new Map());
    return cacheOf(stores.get(name)!);
  },
  delete: async (name: string) => stores.delete(name),
  keys: async () => [...stores.keys()],
  match: async (address: string) => {
    for (const held of stores.values()) if (held.has(address)) return new Response(held.get(address));
    return undefined;
  },
};

const fetched = vi.fn(async (request: string | { url: string }) => {
  const text = server[typeof request === "string" ? request : request.url];
  return text === undefined ? new Response("", { status: 404 }) : new Response(text);
});

/** Starts the service worker of a build. */
async function start(build: string, files: Readonly<Record<string, string>>): Promise<void> {
  listeners = {};
  vi.resetModules();
  vi.stubGlobal("FILES", Object.fromEntries(Object.entries(files).map(([path, text]) => [path, digest(text)])));
  vi.stubGlobal("BUILD", build);
  vi.stubGlobal("caches", caches);
  vi.stubGlobal("fetch", fetched);
  vi.stubGlobal("self", {
    registration: { scope: SCOPE },
    addEventListener: (type: string, listener: (event: unknown) => void) => {
      listeners[type] = listener;
    },
    skipWaiting: async () => skipped++,
    clients: { claim: async () => undefined },
  });
  await import("./service-worker.ts");
}

async function lives(type: "install" | "activate"): Promise<void> {
  let done: Promise<unknown> = Promise.resolve();
  listeners[type]!({ waitUntil: (work: Promise<unknown>) => (done = work) });
  await done;
}

/** What the worker answers with; null when it leaves a request alone. */
async function ask(url: string, method = "GET"): Promise<string | null> {
  let answer: Promise<Response> | null = null;
  listeners.fetch!({ request: { url, method }, respondWith: (work: Promise<Response>) => (answer = work) });
  return answer === null ? null : (await (answer as Promise<Response>)).text();
}

const ONE = { "index.html": "page 1", "assets/a-1.js": "part 1" };
const TWO = { "index.html": "page 2", "assets/a-2.js": "part 2" };
const serve = (files: Readonly<Record<string, string>>) => {
  server = Object.fromEntries(Object.entries(files).map(([path, text]) => [SCOPE + path, text]));
};

beforeEach(() => {
  stores = new Map();
  skipped = 0;
  fetched.mockClear();
});

describe("the service worker", () => {
  it("answers with what it has kept, the page for its folder, whatever the address says after it", async () => {
    serve(ONE);
    await start("one", ONE);
    await lives("install");
    await lives("activate");
    expect(skipped).toBe(1);
    server = {};
    expect(await ask(`${SCOPE}?scene=x#s=2.A`)).toBe("page 1");
    expect(await ask(`${SCOPE}assets/a-1.js`)).toBe("part 1");
  });

  it("leaves alone what is not the site's, and what is no GET", async () => {
    await start("one", ONE);
    expect(await ask("https://elsewhere.org/play/index.html")).toBeNull();
    expect(await ask("https://example.org/other/index.html")).toBeNull();
    expect(await ask(SCOPE, "POST")).toBeNull();
  });

  it("takes no build of which a file is missing, or of another build", async () => {
    for (const half of [{ "index.html": "page 1" }, { ...ONE, "index.html": "page 2" }]) {
      serve(half);
      await start("one", ONE);
      await expect(lives("install")).rejects.toThrow();
      expect(stores.size).toBe(0);
    }
    expect(skipped).toBe(0);
  });

  it("gives a page of the build before its own parts, and forgets builds before that", async () => {
    for (const [build, files] of [
      ["zero", { "index.html": "page 0", "assets/a-0.js": "part 0" }],
      ["one", ONE],
      ["two", TWO],
    ] as const) {
      serve(files);
      await start(build, files);
      await lives("install");
      await lives("activate");
    }
    expect([...stores.keys()].map((name) => name.split(" ").at(-1))).toEqual(["one", "two"]);
    server = {};
    expect(await ask(SCOPE)).toBe("page 2");
    expect(await ask(`${SCOPE}assets/a-1.js`)).toBe("part 1");
    expect(await ask(`${SCOPE}assets/a-2.js`)).toBe("part 2");
    expect(await ask(`${SCOPE}assets/a-0.js`)).toBe("");
  });
});
