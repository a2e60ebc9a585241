import type { WorkerLike } from "./client.ts";

/** The simulator's worker. In an opaque origin (a sandboxed frame) its address may not be loaded: then from the page itself. */
export async function spawnWorker(): Promise<WorkerLike> {
  try {
    return new Worker(new URL("../engine/worker.ts", import.meta.url), { type: "module" });
  } catch {
    const { default: InlineWorker } = await import("../engine/worker.ts?worker&inline");
    return new InlineWorker();
  }
}
