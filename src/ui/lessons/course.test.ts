import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createClient } from "../../client/client.ts";
import type { Puzzle, StepLesson } from "../../protocol/lesson.ts";
import { sameHost } from "../../scenes/same-host.ts";
import { uiStore } from "../shell/ui-state.ts";
import { tick } from "../store/clock.ts";
import { curtainStore } from "../store/curtain.ts";
import { createFakeWorker, type FakeWorker } from "../store/fake-worker.ts";
import { noticeStore } from "../store/notices.ts";
import { connect, exec, isBusy, load, openBranch, play, redo, seek, stepHop, togglePlay } from "../store/session.ts";
import { logStore, resetStores, terminalStore, timeStore, traceStore } from "../store/stores.ts";
import {
  back,
  beginLesson,
  choose,
  closeLesson,
  doForMe,
  look,
  next,
  restartStep,
  showHint,
  takeUpLesson,
} from "./course.ts";
import { doneStore } from "./done.ts";
import { openLesson } from "./lesson-store.ts";
import { type CheckResult, onResult } from "./teaching/results.ts";

const NGINX_1 = "hostA/nginx-1";
const words = (en: string) => ({ en, zh: en });

const LESSON: StepLesson = {
  version: 1,
  kind: "lesson",
  id: "test",
  title: words("Test"),
  scene: "same-host",
  steps: [
    {
      do: words("Ping."),
      lines: [{ node: "nginx-1", line: "ping -c 1 172.17.0.3" }],
      predict: {
        question: words("Flood?"),
        options: [
          { text: words("no"), when: { type: "not", of: { type: "seen", node: "nginx-1", protocol: "arp" } } },
          { text: words("yes"), when: { type: "seen", node: "nginx-1", protocol: "arp" } },
        ],
      },
      watch: words("Look."),
      why: words("Because."),
      done: { type: "seen", node: "nginx-1", protocol: "icmp" },
    },
    {
      do: words("Look at the table."),
      lines: [{ node: "hostA", line: "brctl showmacs docker0" }],
      watch: words("Look."),
      why: words("Because."),
      done: { type: "typed", node: "hostA", program: "brctl" },
    },
  ],
};

const PUZZLE: Puzzle = {
  version: 1,
  kind: "puzzle",
  id: "test-puzzle",
  title: words("Puzzle"),
  scene: "same-host",
  story: words("Broken."),
  solved: { type: "ping", from: "nginx-1", to: "172.17.0.3" },
  hints: [words("One."), words("Two.")],
  why: words("Because."),
};

let worker: FakeWorker;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "setTimeout", "clearInterval", "clearTimeout"] });
  resetStores();
  doneStore.setState({ done: new Set() });
  noticeStore.setState({ notices: [] });
  connect(
    createClient(async () => {
      worker = createFakeWorker();
      return worker;
    }),
  );
  await load(sameHost);
});

afterEach(() => {
  closeLesson();
  vi.useRealTimers();
});

const settled = async () => {
  for (let i = 0; i < 30 || isBusy(); i++) await Promise.resolve();
};

/** Frames of the clock, each followed by its answer and by what waits for a timer. */
async function frames(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    tick(50);
    await settled();
    await vi.advanceTimersByTimeAsync(50);
  }
}

const step = () => openLesson()?.progress[openLesson()!.at];

describe("a step that asks for a prediction", () => {
  it("holds time, and what is typed waits for the answer without being lost", async () => {
    await beginLesson(LESSON, false);
    expect(curtainStore.getState().at_ns).toBe(0);
    const typed = exec(NGINX_1, "ping -c 1 172.17.0.3");
    play();
    await frames(20);
    expect(timeStore.getState().playhead_ns).toBe(0);
    expect(traceStore.getState().rows).toBe(0);
    expect(terminalStore.getState().count).toBe(0);
    choose(1);
    expect(await typed).toBe(true);
    await frames(400);
    expect(step()).toMatchObject({ done: true, chosen: 1, right: 1, helped: false });
  });

  it("lets nobody step, play, redo or change the branch past it, and says why", async () => {
    await exec(NGINX_1, "ls");
    const { tip } = logStore.getState();
    await beginLesson(LESSON, false);
    const { playhead_ns } = timeStore.getState();
    logStore.setState({ canRedo: true });
    const before = worker.seen.length;
    await stepHop();
    togglePlay();
    await redo();
    await openBranch(tip);
    expect(worker.seen).toHaveLength(before);
    expect(timeStore.getState()).toMatchObject({ playhead_ns, playing: false });
    expect(noticeStore.getState().notices.length).toBeGreaterThan(0);
  });

  it("drops a second command that is sent while one waits", async () => {
    await beginLesson(LESSON, false);
    const first = exec(NGINX_1, "ping");
    expect(await exec(NGINX_1, "ls")).toBe(false);
    choose(0);
    expect(await first).toBe(true);
    expect(logStore.getState().path).toHaveLength(1);
  });

  it("is opened by closing the lesson", async () => {
    await beginLesson(LESSON, false);
    closeLesson();
    expect(curtainStore.getState().at_ns).toBeNull();
    expect(uiStore.getState().card).toBeNull();
  });
});

describe("a lesson", () => {
  it("is led through to its end, and marked as done", async () => {
    const results: CheckResult[] = [];
    const stop = onResult((result) => results.push(result));
    await beginLesson(LESSON, true);
    choose(0);
    void doForMe();
    await frames(400);
    expect(step()).toMatchObject({ done: true, chosen: 0, right: 1, helped: true });
    void next();
    await frames(10);
    expect(openLesson()?.at).toBe(1);
    expect(step()?.done).toBe(false);
    await exec("hostA", "brctl showmacs docker0");
    await frames(40);
    expect(step()?.done).toBe(true);
    expect(doneStore.getState().done.has("test")).toBe(true);
    await next();
    expect(openLesson()?.at).toBe(2);
    expect(results.map(({ step: at, correct, finished }) => [at, correct, finished])).toEqual([
      [1, false, false],
      [2, null, true],
    ]);
    stop();
  });

  it("restarts a step without its future: nothing of it is left on the page", async () => {
    await beginLesson(LESSON, false);
    choose(1);
    void doForMe();
    await frames(400);
    await restartStep();
    await settled();
    expect(step()).toMatchObject({ done: false, chosen: null, right: null, tries: 2 });
    const { head_ns, playhead_ns } = timeStore.getState();
    expect(head_ns).toBe(playhead_ns);
    expect(curtainStore.getState().at_ns).toBe(playhead_ns);
    expect(traceStore.getState().rows).toBe(0);
    expect(terminalStore.getState().count).toBe(0);
    choose(0);
    void doForMe();
    await frames(400);
    expect(step()).toMatchObject({ done: true, right: 1 });
  });

  it("shows earlier steps as they came out", async () => {
    await beginLesson(LESSON, false);
    choose(1);
    void doForMe();
    await frames(400);
    void next();
    await frames(10);
    back();
    expect(step()).toMatchObject({ done: true, chosen: 1 });
    await next();
    expect(openLesson()?.at).toBe(1);
  });

  it("counts what is done after going back to before the step began", async () => {
    await exec(NGINX_1, "ls");
    await frames(30);
    await beginLesson(LESSON, false);
    choose(1);
    await seek(0);
    await exec(NGINX_1, "ping -c 1 172.17.0.3");
    await frames(400);
    expect(step()).toMatchObject({ done: true, right: 1 });
  });

  it("goes when another scene is opened", async () => {
    await beginLesson(LESSON, false);
    await load({ ...sameHost });
    expect(openLesson()).toBeNull();
    expect(curtainStore.getState().at_ns).toBeNull();
  });

  it("is taken up where it was, its curtain too", async () => {
    await beginLesson(LESSON, false);
    const kept = openLesson()!;
    closeLesson();
    await takeUpLesson(kept);
    expect(openLesson()?.progress[0]?.begin).toEqual(kept.progress[0]?.begin);
    expect(curtainStore.getState().at_ns).toBe(0);
  });
});

describe("a puzzle", () => {
  it("is solved by what the network does; hints come one at a time", async () => {
    await beginLesson(PUZZLE, false);
    await frames(20);
    expect(await look()).toBe(false);
    showHint();
    expect(openLesson()?.hints).toBe(1);
    showHint();
    showHint();
    expect(openLesson()?.hints).toBe(2);
    await exec("hostA", "mend");
    await frames(20);
    expect(step()?.done).toBe(true);
    expect(doneStore.getState().done.has("test-puzzle")).toBe(true);
  });
});
