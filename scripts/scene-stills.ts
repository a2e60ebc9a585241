/**
 * Writes public/stills/: what stands in a figure that waits to be started, SCENE.svg and in Chinese SCENE.zh.svg. Run it when the
 * drawing or a scene has changed: npm run still.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { speak } from "../src/i18n/text.ts";
import { SCENES } from "../src/scenes/scenes.ts";
import { stillNow } from "../src/ui/still/still.ts";
import { playScene } from "../tests/still/play.ts";

/** A thousand containers make no still that could be read. */
const TOO_LARGE = "docker0-full";

const folder = new URL("../public/stills/", import.meta.url);
mkdirSync(folder, { recursive: true });
for (const scene of SCENES) {
  if (scene.id === TOO_LARGE) continue;
  await playScene(scene, [], 1, 0);
  for (const [language, ending] of [
    ["zh", ".zh.svg"],
    ["en", ".svg"],
  ] as const) {
    await speak(language);
    writeFileSync(new URL(`${scene.id}${ending}`, folder), `${stillNow("light", false).svg}\n`);
  }
}
