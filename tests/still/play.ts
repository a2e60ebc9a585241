/** A scene played through the page's own stores with the real engine, without a browser. */
import "../../src/worlds/whole.ts";
import { createClient, type WorkerLike } from "../../src/client/client.ts";
import { createEngine, handle } from "../../src/engine/handle.ts";
import { answerQuery } from "../../src/engine/query.ts";
import type { Scene } from "../../src/protocol/scene.ts";
import { advance, connect, exec, load, pause, seek } from "../../src/ui/store/session.ts";
import { worldStore } from "../../src/ui/store/stores.ts";

export interface Deed {
  readonly node: string;
  readonly line: string;
}

export const PING: Deed = { node: "nginx-1", line: "ping -c 3 172.17.0.3" };
/** A moment of that ping: docker0 has flooded the question, which is under way to nginx-2, to box-3 and up to the host. */
export const FLOOD_NS = 1_042_000;

/** The engine as a worker that answers at once. */
function engineAsWorker(): WorkerLike {
  const engine = createEngine(answerQuery);
  const worker: WorkerLike = {
    onmessage: null,
    onerror: null,
    onmessageerror: null,
    terminate: () => undefined,
    postMessage(message) {
      const data = handle(engine, structuredClone(message));
      queueMicrotask(() => worker.onmessage?.({ data } as MessageEvent));
    },
  };
  return worker;
}

/** Gives the page's session an engine of its own. */
export function connectEngine(): void {
  connect(createClient(async () => engineAsWorker()));
}

/** Opens a scene, types the lines at time 0, runs to `head_ns` and goes to `at_ns`. */
export async function playScene(scene: Scene, deeds: readonly Deed[], head_ns: number, at_ns: number): Promise<void> {
  connectEngine();
  if (!(await load(scene))) throw new Error(`${scene.id} doesn't open`);
  pause();
  const { nodes } = worldStore.getState();
  for (const { node, line } of deeds) {
    const id = Object.values(nodes).find((one) => one.name === node)?.id;
    if (id === undefined || !(await exec(id, line))) throw new Error(`${node}: ${line}`);
    pause();
  }
  await advance(head_ns);
  await seek(at_ns);
}
