// The page's first and smallest script: starts the simulator's worker, which is fetched beside the page and not after it.
// A figure in another page waits until somebody can see it.
import { spawnWorker } from "./client/spawn-worker.ts";
import { beginStart, showRecovery } from "./ui/recovery.ts";
import { EMBEDDED } from "./ui/store/embedded.ts";

if (!beginStart()) showRecovery(null);
else {
  const first = EMBEDDED ? null : spawnWorker();
  // Whoever asks for the worker is told why it did not start.
  first?.catch(() => undefined);
  import("./ui/shell/page.tsx").then(({ openPage }) => openPage(first)).catch(showRecovery);
}
