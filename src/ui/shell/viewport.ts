import { useSyncExternalStore } from "react";

/** "wide": everything beside each other; "medium": shelf a rail, inspector a drawer; "small": one panel at a time, also in a low window. */
export type Viewport = "wide" | "medium" | "small";

const MEDIUM = "(max-width: 1200px)";
const SMALL = "(max-width: 720px), (max-height: 540px)";
/** The same while type is large: a window then holds less. */
const LARGE_MEDIUM = "(max-width: 1760px)";
const LARGE_SMALL = "(max-width: 900px), (max-height: 600px)";
/** Everything stands beside each other, with nothing to spare. */
const SNUG = "(max-width: 1440px)";
const ALL = [MEDIUM, SMALL, LARGE_MEDIUM, LARGE_SMALL, SNUG];

function current(): Viewport {
  const large = document.documentElement.dataset.large !== undefined;
  if (matchMedia(large ? LARGE_SMALL : SMALL).matches) return "small";
  return matchMedia(large ? LARGE_MEDIUM : MEDIUM).matches ? "medium" : "wide";
}

function subscribe(changed: () => void): () => void {
  const queries = ALL.map((query) => matchMedia(query));
  for (const query of queries) query.addEventListener("change", changed);
  const large = new MutationObserver(changed);
  large.observe(document.documentElement, { attributeFilter: ["data-large"] });
  return () => {
    for (const query of queries) query.removeEventListener("change", changed);
    large.disconnect();
  };
}

/** How much room the window has. */
export function useViewport(): Viewport {
  return useSyncExternalStore(subscribe, current);
}

/** Whether a wide window has no room to spare. */
export function useIsSnug(): boolean {
  return useSyncExternalStore(subscribe, () => matchMedia(SNUG).matches);
}
