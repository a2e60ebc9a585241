import { beforeEach, describe, expect, it } from "vitest";
import { createClient } from "../../client/client.ts";
import { sameHost } from "../../scenes/same-host.ts";
import { tick } from "./clock.ts";
import { createFakeWorker, type FakeWorker } from "./fake-worker.ts";
import { noticeStore } from "./notices.ts";
import {
  connect,
  exec,
  isBusy,
  load,
  pause,
  play,
  restore,
  savedState,
  seek,
  stepBack,
  stepEvent,
  stepHop,
  undo,
} from "./session.ts";
import { logStore, resetStores, terminalStore, timeStore, traceStore, worldStore } from "./stores.ts";

const NGINX_1 = "hostA/nginx-1";
let workers: FakeWorker[] = [];

beforeEach(async () => {
  resetStores();
  noticeStore.setState({ notices: [] });
  workers = [];
  connect(
    createClient(async () => {
      const worker = createFakeWorker();
      workers.push(worker);
      return worker;
    }),
  );
  expect(await load(sameHost)).toBe(true);
});

const settled = async () => {
  for (let i = 0; i < 20 || isBusy(); i++) await Promise.resolve();
};

/** Frames of the clock, each followed by its answer. */
async function frames(count: number, dt_ms = 50): Promise<void> {
  for (let i = 0; i < count; i++) {
    tick(dt_ms);
    await settled();
  }
}

describe("a session", () => {
  it("opens a scene with its nodes and devices, and lets time run", () => {
    expect(worldStore.getState().nodes[NGINX_1]?.name).toBe("nginx-1");
    expect(worldStore.getState().devices.get(100)?.node).toBe(NGINX_1);
    expect(timeStore.getState().playing).toBe(true);
  });

  it("shows rows and text only up to the playhead", async () => {
    await exec(NGINX_1, "ping -c 1 172.17.0.3");
    expect(traceStore.getState().shown).toBe(1);
    await frames(400);
    expect(traceStore.getState().shown).toBe(18);
    await seek(0);
    expect(traceStore.getState().shown).toBeLessThanOrEqual(1);
    expect(traceStore.getState().rows).toBe(18);
    expect(terminalStore.getState().count).toBe(2);
  });

  it("has one advance on its way at a time", async () => {
    await exec(NGINX_1, "ping");
    tick(16);
    tick(16);
    tick(16);
    await settled();
    expect(workers[0]!.seen.filter((request) => request.type === "advance")).toHaveLength(1);
  });

  it("does not move while it is paused", async () => {
    pause();
    await frames(3);
    expect(timeStore.getState().playhead_ns).toBe(0);
    play();
    await frames(3);
    expect(timeStore.getState().playhead_ns).toBeGreaterThan(0);
  });

  it("forgets the rows of the branch that is left, and offers to bring it back", async () => {
    await exec(NGINX_1, "ping");
    await frames(400);
    const { epoch } = traceStore.getState();
    await seek(30_000);
    await exec(NGINX_1, "ls");
    expect(traceStore.getState().epoch).toBe(epoch + 1);
    expect(traceStore.getState().kept).toBeLessThan(18);
    expect(noticeStore.getState().notices[0]?.action).toBeDefined();
    expect(logStore.getState().path).toHaveLength(2);
  });

  it("undoes to the instant before the last command", async () => {
    await exec(NGINX_1, "ping");
    await frames(100);
    await undo();
    expect(timeStore.getState()).toMatchObject({ playhead_ns: 0, playing: false });
    expect(traceStore.getState().rows).toBe(0);
  });

  it("says a sentence when a node is gone, and keeps what was open", async () => {
    expect(await exec("nobody", "ls")).toBe(false);
    expect(noticeStore.getState().notices[0]?.tone).toBe("error");
    expect(worldStore.getState().nodeIds.length).toBeGreaterThan(3);
  });
});

describe("steps", () => {
  it("run to the end of the next hop and pause there", async () => {
    await exec(NGINX_1, "ping");
    await stepHop();
    expect(timeStore.getState().playhead_ns).toBe(0);
    await frames(200);
    expect(timeStore.getState()).toMatchObject({ playhead_ns: 26_000, playing: false, step: null });
    await stepHop();
    await frames(200);
    expect(timeStore.getState().playhead_ns).toBe(51_000);
  });

  it("run to the next event", async () => {
    await exec(NGINX_1, "ping");
    await stepEvent();
    await frames(50);
    expect(timeStore.getState()).toMatchObject({ playhead_ns: 1000, step: null });
  });

  it("go back one event at a time", async () => {
    await exec(NGINX_1, "ping");
    await frames(400);
    await seek(51_000);
    await stepBack();
    expect(timeStore.getState().playhead_ns).toBe(26_000);
    await stepBack();
    expect(timeStore.getState().playhead_ns).toBe(1000);
  });

  it("say so when nothing more will happen, and leave time where it is", async () => {
    await seek(7);
    await stepEvent();
    expect(timeStore.getState().playhead_ns).toBe(timeStore.getState().head_ns);
    expect(timeStore.getState().step).toBeNull();
    expect(noticeStore.getState().notices).toHaveLength(1);
  });
});

describe("a worker that dies", () => {
  it("is restarted from the log, with a sentence", async () => {
    await exec(NGINX_1, "ping");
    await frames(20);
    const before = savedState();
    expect(await exec(NGINX_1, "crash")).toBe(false);
    await settled();
    expect(workers).toHaveLength(2);
    expect(workers[1]!.seen[0]).toMatchObject({ type: "restore", saved: { tip: 0 } });
    expect(savedState()?.log).toEqual(before?.log);
    expect(noticeStore.getState().notices.length).toBeGreaterThan(0);
    expect(isBusy()).toBe(false);
  });

  it("refuses a state that it cannot open, and what was open stays open", async () => {
    expect(await restore({ ...savedState()!, playhead_ns: -1 })).toBe(false);
    expect(worldStore.getState().nodes[NGINX_1]).toBeDefined();
  });
});

describe("gaps", () => {
  it("are remembered once each, and forgotten with the branch", async () => {
    await exec(NGINX_1, "ping -c 1 172.17.0.3");
    await frames(400);
    await exec(NGINX_1, "later");
    await frames(60);
    const { gaps } = timeStore.getState();
    expect(gaps).toHaveLength(1);
    expect(gaps[0]!.to_ns - gaps[0]!.from_ns).toBeGreaterThan(0.9e9);
    await undo();
    expect(timeStore.getState().gaps).toEqual([]);
  });
});
