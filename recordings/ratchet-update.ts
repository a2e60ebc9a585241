/**
 * `node scripts/run-ts.mjs recordings/ratchet-update.ts`: replays every recording, prints its score and raises
 * `ratchet.json`. It never lowers: who means to lose something edits the file and says why.
 */
import { summary, type Verdict } from "./compare/scenario.ts";
import { judge } from "./judge.ts";
import { RECORDINGS_DIR } from "./paths.ts";
import { raiseRatchet, readAgreement, readRatchet, writeRatchet } from "./ratchet.ts";
import { listRecordings } from "./recording.ts";

const names = listRecordings(RECORDINGS_DIR);
const verdicts = new Map<string, Verdict>();
for (const name of names) {
  try {
    const verdict = judge(name);
    verdicts.set(name, verdict);
    process.stdout.write(`${name.padEnd(32)} ${summary(verdict)}\n`);
  } catch (error) {
    process.exitCode = 1;
    process.stderr.write(`${name}: ${(error as Error).stack}\n`);
  }
}
const held = readRatchet();
const ratchet = raiseRatchet(held, verdicts, readAgreement());
for (const [name, score] of Object.entries(held.scores)) {
  if (!verdicts.has(name)) ratchet.scores[name] = score;
}
writeRatchet(ratchet);
process.stdout.write(`${ratchet.mustAgree.length} of ${names.length} must agree\n`);
