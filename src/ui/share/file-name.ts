// Names of the files that are handed over.
import { sceneStore, timeStore } from "../store/stores.ts";

/** "docker0-same-host-3.200s.svg" */
export function fileName(ending: string): string {
  const id = sceneStore.getState().scene?.id ?? "scene";
  const seconds = (timeStore.getState().playhead_ns / 1e9).toFixed(3);
  return `docker0-${id.replace(/[^A-Za-z0-9_-]+/g, "-").slice(0, 60)}-${seconds}s.${ending}`;
}
