/** Links of earlier releases lead to their moments in today's engine, not only through the codec. */
import { expect, it } from "vitest";
import { decodeState } from "../../src/ui/links/codec.ts";
import { MADE } from "../../src/ui/links/testing/made-links.ts";
import { restore } from "../../src/ui/store/session.ts";
import { logStore, terminalStore, timeStore } from "../../src/ui/store/stores.ts";
import { connectEngine } from "../still/play.ts";

it.each(MADE)("$name", async ({ link, log, tip, playhead_ns }) => {
  const decoded = await decodeState(link);
  if (!decoded.ok) throw new Error(decoded.fault);
  connectEngine();
  expect(await restore(decoded.state.saved)).toBe(true);
  expect(timeStore.getState().playhead_ns).toBe(playhead_ns);
  expect(logStore.getState()).toMatchObject({ entries: log, tip });
  const typed = terminalStore.getState().chunks.filter((chunk) => chunk.kind === "input");
  expect(typed.map((chunk) => chunk.text)).toEqual(
    logStore.getState().path.flatMap(({ what }) => (what.type === "exec" ? [what.line] : [])),
  );
  expect(terminalStore.getState().chunks.some((chunk) => /no such terminal/.test(chunk.text))).toBe(false);
});
