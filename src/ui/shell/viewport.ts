import { useSyncExternalStore } from "react";

/** "wide": everything beside each other; "medium": shelf a rail, inspector a drawer; "small": one panel at a time, also in a low window. */
export type Viewport = "wide" | "medium" | "small";

const MEDIUM = "(max-width: 1200px)";
const SMALL = "(max-width: 720px), (max-height: 540px)";

function current(): Viewport {
  if (matchMedia(SMALL).matches) return "small";
  return matchMedia(MEDIUM).matches ? "medium" : "wide";
}

function subscribe(changed: () => void): () => void {
  const queries = [matchMedia(MEDIUM), matchMedia(SMALL)];
  for (const query of queries) query.addEventListener("change", changed);
  return () => {
    for (const query of queries) query.removeEventListener("change", changed);
  };
}

/** How much room the window has. */
export function useViewport(): Viewport {
  return useSyncExternalStore(subscribe, current);
}
