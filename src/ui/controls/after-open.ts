import { type ComponentType, type LazyExoticComponent, lazy } from "react";
import { sceneStore } from "../store/stores.ts";

/** Longest wait for a quiet moment, ms. */
const PATIENCE_MS = 600;

/** Resolves in a quiet moment after the scene has opened, so that what can wait does not delay the big button. */
function whenOpen(): Promise<void> {
  return new Promise((resolve) => {
    const quiet = () => {
      if (typeof requestIdleCallback === "function") requestIdleCallback(() => resolve(), { timeout: PATIENCE_MS });
      else setTimeout(resolve, PATIENCE_MS / 4);
    };
    if (sceneStore.getState().scene !== null) return quiet();
    const stop = sceneStore.subscribe(() => {
      stop();
      quiet();
    });
  });
}

/** Waits before another try, ms: a connection may come back. */
const TRY_AGAIN_MS = [1000, 4000] as const;

/** Fetches a part of the page; a few times when it doesn't come. */
export async function fetchPart<T>(load: () => Promise<T>): Promise<T> {
  for (const wait_ms of TRY_AGAIN_MS) {
    try {
      return await load();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, wait_ms));
    }
  }
  return load();
}

/** A component that is fetched after the scene has opened. */
export function lazyAfterOpen<P>(load: () => Promise<ComponentType<P>>): LazyExoticComponent<ComponentType<P>> {
  return lazy(async () => {
    await whenOpen();
    return { default: await fetchPart(load) };
  });
}
