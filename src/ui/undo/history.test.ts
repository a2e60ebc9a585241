import { describe, expect, it } from "vitest";
import { type History, lastDone, lastUndone, NO_HISTORY, redoLast, remember, undoLast } from "./history.ts";

const deed = (tip: number, name: string) => ({ tip, before: `without ${name}`, after: name });
/** A command (entry 0), a card moved, another command (entry 1), a card opened. */
const history: History<string> = remember(remember(NO_HISTORY, deed(0, "moved")), deed(1, "opened"));

describe("the history of the drawing", () => {
  it("is walked back in the order in which things were done, the log's commands between", () => {
    expect(lastDone(history, 1)?.after).toBe("opened");
    const once = undoLast(history);
    // The second command is next: the log still ends in it, and the card was moved before it.
    expect(lastDone(once, 1)).toBeNull();
    // The log has gone back to the first command.
    expect(lastDone(once, 0)?.after).toBe("moved");
    const twice = undoLast(once);
    expect(lastDone(twice, 0)).toBeNull();
  });

  it("is walked forward again in the same order", () => {
    const none = undoLast(undoLast(history));
    expect(lastUndone(none, -1)).toBeNull();
    expect(lastUndone(none, 0)?.after).toBe("moved");
    const one = redoLast(none);
    expect(lastUndone(one, 0)).toBeNull();
    expect(lastUndone(one, 1)?.after).toBe("opened");
    expect(redoLast(one)).toEqual(history);
  });

  it("forgets what was undone when something new is done", () => {
    expect(remember(undoLast(history), deed(1, "tidied")).undone).toEqual([]);
  });

  it("remembers a hundred deeds", () => {
    let long: History<string> = NO_HISTORY;
    for (let n = 0; n < 150; n++) long = remember(long, deed(0, String(n)));
    expect(long.done).toHaveLength(100);
    expect(lastDone(long, 0)?.after).toBe("149");
  });
});
