// The module `v1/embed.mjs`, for a bundler or `import`: makes <docker0-playground> known. The playground lies in the folder above the module.
import { definePlayground } from "./element.ts";

export { Docker0Playground, definePlayground } from "./element.ts";

definePlayground(typeof document === "undefined" ? undefined : new URL(/* @vite-ignore */ "..", import.meta.url).href);
