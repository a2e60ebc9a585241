import "../worlds/whole.ts";
import { describe, expect, test } from "vitest";
import { hashString } from "../base/random.ts";
import { oldestRow, readRows } from "../sim/rows.ts";
import { frameBytes } from "../sim/trace.ts";
import { SCENE_START_NS } from "../worlds/scene.ts";
import {
  act,
  createSession,
  openBranch,
  redo,
  restoreSession,
  runTo,
  type Session,
  saveSession,
  seek,
  undo,
} from "./session.ts";
import { oneHost } from "./testing.ts";

const SECOND_NS = 1_000_000_000;

const scene = oneHost();

/** Everything that a page could have been told, as one number. */
function fingerprint(session: Session): number {
  const { trace } = session.world;
  let sum = hashString(JSON.stringify(session.terminal.slice(0, session.chunks)));
  const mix = (value: number) => {
    sum = (Math.imul(sum, 0x01000193) ^ (value | 0) ^ Math.floor(value / 2 ** 32)) | 0;
  };
  const columns = readRows(trace, oldestRow(trace), trace.rows - oldestRow(trace));
  for (const column of Object.values(columns)) for (const value of column) mix(value);
  for (let f = 0; f < trace.frames; f++) for (const byte of frameBytes(trace, f) ?? []) mix(byte);
  return sum;
}

const at = (seconds: number) => SCENE_START_NS + seconds * SECOND_NS;

function nodeNamed(session: Session, name: string): string {
  const all = Object.values(session.world.engines).flatMap((e) => Object.values(e.containers));
  const container = all.find((c) => c.name === name);
  if (container === undefined) throw new Error(`no container ${name}`);
  return container.node;
}

function pinged(seconds: number): Session {
  const session = createSession(scene);
  runTo(session, at(1));
  act(session, nodeNamed(session, "box-1"), { type: "exec", line: "ping -c 3 172.17.0.3" });
  runTo(session, at(seconds));
  return session;
}

describe("a session", () => {
  test("same scene, seed and log: same bytes", () => {
    const [x, y] = [pinged(9), pinged(9)];
    expect(x.world.trace.rows).toBeGreaterThan(50);
    expect(fingerprint(x)).toBe(fingerprint(y));
  });

  test("another seed: other names", () => {
    const other = createSession(oneHost(8));
    expect(Object.keys(other.world.nodes)).not.toEqual(Object.keys(createSession(scene).world.nodes));
  });

  test("seek(t) is run-to-t, backwards and forwards again", () => {
    const session = pinged(12);
    const end = fingerprint(session);
    for (const s of [11, 3.5, 1.0004, 0, 2, 12]) {
      seek(session, at(s));
      if (s >= 1) expect(fingerprint(session)).toBe(fingerprint(pinged(s)));
    }
    expect(session.head_ns).toBe(at(12));
    expect(fingerprint(session)).toBe(end);
  });

  test("seeks among many checkpoints are run-to-t, too", () => {
    const long = (seconds: number) => {
      const session = createSession(scene);
      act(session, nodeNamed(session, "box-1"), { type: "exec", line: "ping -f -q -c 20000 172.17.0.3" });
      runTo(session, at(seconds));
      return session;
    };
    const session = long(3);
    expect(session.checkpoints.list.length).toBeGreaterThan(4);
    for (const s of [0.1, 1.9, 1.2, 2.7, 0.8]) {
      seek(session, at(s));
      expect(fingerprint(session)).toBe(fingerprint(long(s)));
    }
    act(session, nodeNamed(session, "box-2"), { type: "exec", line: "echo other" });
    runTo(session, at(1));
    expect(session.terminal.some((chunk) => chunk.text.includes("packets transmitted"))).toBe(false);
  }, 120_000);

  test("acting in the past forks, and the abandoned future can be brought back", () => {
    const session = pinged(9);
    const future = fingerprint(session);
    const tip = session.log.tip;
    seek(session, at(0.5));
    act(session, nodeNamed(session, "box-2"), { type: "exec", line: "ping -c 1 172.17.0.4" });
    runTo(session, at(3));
    expect(session.path).toHaveLength(1);
    expect(fingerprint(session)).not.toBe(future);
    openBranch(session, tip);
    expect(fingerprint(session)).toBe(future);
    expect(session.head_ns).toBe(at(9));
  });

  test("undo goes to the instant before, redo returns", () => {
    const session = pinged(6);
    const before = fingerprint(session);
    expect(undo(session)).toBe(true);
    expect(session.world.now_ns).toBe(at(1));
    expect(session.world.trace.rows).toBe(0);
    expect(undo(session)).toBe(false);
    expect(redo(session)).not.toBeNull();
    expect(fingerprint(session)).toBe(before);
    expect(redo(session)).toBeNull();
  });

  test("a saved state comes back as it was", () => {
    const session = pinged(6);
    seek(session, at(4));
    const back = restoreSession(JSON.parse(JSON.stringify(saveSession(session))));
    expect(back.world.now_ns).toBe(at(4));
    expect(fingerprint(back)).toBe(fingerprint(session));
  });

  test("Ctrl-C ends a ping, and typing goes on", () => {
    const session = createSession(scene);
    const box = nodeNamed(session, "box-1");
    act(session, box, { type: "exec", line: "ping 172.17.0.3" });
    runTo(session, at(2.5));
    act(session, box, { type: "interrupt" });
    runTo(session, at(3));
    act(session, box, { type: "exec", line: "echo done" });
    runTo(session, at(4));
    const text = session.terminal.map((chunk) => chunk.text).join("");
    expect(text).toMatch(/3 packets transmitted, 3 received, 0% packet loss/);
    expect(text).toMatch(/done\n$/);
  });
});
