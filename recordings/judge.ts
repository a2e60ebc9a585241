/** A recording replayed in this process and held against itself. */
import { join } from "node:path";
import { compareRuns, readRecording, type Verdict } from "./compare/scenario.ts";
import { createHost } from "./host.ts";
import { RECORDINGS_DIR } from "./paths.ts";
import { readIdentities, readScenario, readTimings } from "./recording.ts";
import { replay } from "./replay.ts";

/** Replays a recording and holds the result against it. The simulator sees its script, identities and times only. */
export function judge(name: string): Verdict {
  const dir = join(RECORDINGS_DIR, name);
  const scenario = readScenario(dir);
  const { frames, transcript } = replay(scenario, readTimings(dir), createHost(scenario, readIdentities(dir)));
  return compareRuns(readRecording(dir), { frames, transcript });
}
