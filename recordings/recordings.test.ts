/**
 * The simulator held against what a real Docker host did. Scenarios on the list of `ratchet.json` must agree; the others
 * may not fall behind the score that stands there (raise it with `node scripts/run-ts.mjs recordings/ratchet-update.ts`).
 */
import { describe, expect, test } from "vitest";
import { explain, summary } from "./compare/scenario.ts";
import { judge } from "./judge.ts";
import { RECORDINGS_DIR } from "./paths.ts";
import { holds, loss, readAgreement, readRatchet, scoreOf } from "./ratchet.ts";
import { listRecordings } from "./recording.ts";

const ratchet = readRatchet();
const agreement = readAgreement();

test("every recording is on the list or has a score", () => {
  expect([...ratchet.mustAgree, ...Object.keys(ratchet.scores)].sort()).toEqual(listRecordings(RECORDINGS_DIR));
});

describe("agrees with the recording", () => {
  test.each(ratchet.mustAgree)("%s", (name) => {
    const verdict = judge(name);
    expect(holds(name, verdict, agreement), `${summary(verdict)}\n${explain(verdict)}`).toBe(true);
  });
});

test.each(Object.entries(ratchet.scores))("%s does not fall behind its score", (name, held) => {
  const verdict = judge(name);
  const lost = loss(scoreOf(verdict), held);
  expect(lost, `${lost}\n${explain(verdict, 10)}`).toBeUndefined();
});
