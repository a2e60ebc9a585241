import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import type { WorkerLike } from "../../client/client.ts";
import { spawnWorker } from "../../client/spawn-worker.ts";
import { showRecovery } from "../recovery.ts";
import { App } from "./app.tsx";
import { boot } from "./boot.ts";

/** Draws the page and starts it with a worker that is already on its way, if one is; another is made when that one dies. */
export function openPage(first: Promise<WorkerLike> | null): void {
  const root = document.getElementById("root");
  if (root === null) throw new Error("index.html has no #root");
  let next = first;
  boot(() => {
    const worker = next ?? spawnWorker();
    next = null;
    return worker;
  });
  createRoot(root, { onUncaughtError: showRecovery }).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
