import type { WorkerLike } from "./client.ts";

/** The simulator's worker. A page without an origin (a sandboxed frame, a file) may load no worker from an address: it has one within. */
export async function spawnWorker(): Promise<WorkerLike> {
  if (self.origin === "null") return whole();
  try {
    return new Worker(new URL("../engine/worker/worker.ts", import.meta.url), { type: "module" });
  } catch {
    return whole();
  }
}

async function whole(): Promise<WorkerLike> {
  const { default: code } = await import("../engine/worker/whole.ts?iife");
  const address = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  return new Worker(address);
}
