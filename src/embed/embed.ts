// The script `v1/embed.js`: makes <docker0-playground> known. The playground lies in the folder above the script.
import { definePlayground } from "./element.ts";

/** A module has no `currentScript`: then it is found by its name. */
function ownAddress(): string | undefined {
  if (typeof document === "undefined") return undefined;
  const own = document.currentScript ?? document.querySelector('script[src*="v1/embed.js"]');
  return own instanceof HTMLScriptElement && own.src !== "" ? new URL("..", own.src).href : undefined;
}

definePlayground(ownAddress());
