/** How long going back takes in a long trace: a session in which two containers have pinged each other many times. */
import "../src/worlds/whole.ts";
import { act, createSession, runTo, type Session, seek } from "../src/engine/session.ts";
import { oneHost } from "../src/engine/testing.ts";

const SECOND_NS = 1_000_000_000;

/** A session with at least `hops` frame-hops behind it: a ping and its answer cross four links. */
export function longSession(hops: number): Session {
  const session = createSession(oneHost());
  const box = Object.keys(session.world.nodes).find((id) => id.includes("/"));
  act(session, box ?? "", { type: "exec", line: `ping -f -q -c ${Math.ceil(hops / 4)} 172.17.0.3` });
  for (let rows = -1; session.world.trace.rows > rows; ) {
    rows = session.world.trace.rows;
    runTo(session, session.world.now_ns + SECOND_NS);
  }
  return session;
}

/** Longest and median time of seeks to moments spread over the session, in ms. */
export function seekTimes_ms(session: Session, count: number): { longest: number; median: number } {
  const { head_ns } = session;
  const start_ns = session.checkpoints.list[0]?.t_ns ?? 0;
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    // A stride that is prime to the count visits every part in an order that keeps jumping.
    const at = ((i * 7) % count) / count;
    const before_ms = performance.now();
    seek(session, Math.floor(start_ns + (head_ns - start_ns) * at));
    times.push(performance.now() - before_ms);
  }
  times.sort((x, y) => x - y);
  return { longest: times[times.length - 1] ?? 0, median: times[times.length >> 1] ?? 0 };
}
