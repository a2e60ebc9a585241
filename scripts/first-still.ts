/**
 * Writes public/first-scene.svg: what a reader without JavaScript sees. Run it when the drawing has changed: npm run still.
 * The stills of the scenes are written along with it.
 */
import { writeFileSync } from "node:fs";
import { sameHost } from "../src/scenes/same-host.ts";
import { stillNow } from "../src/ui/still/still.ts";
import { FLOOD_NS, PING, playScene } from "../tests/still/play.ts";

await playScene(sameHost, [PING], 20_000_000, FLOOD_NS);
writeFileSync(new URL("../public/first-scene.svg", import.meta.url), `${stillNow("light", false).svg}\n`);
await import("./scene-stills.ts");
