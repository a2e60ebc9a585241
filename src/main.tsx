// The page's first and smallest script: starts the simulator's worker, which is fetched beside the page and not after it.
import { spawnWorker } from "./client/spawn-worker.ts";

const first = spawnWorker();
// Whoever asks for the worker is told why it did not start.
first.catch(() => undefined);
void import("./ui/shell/page.tsx").then(({ openPage }) => openPage(first));
