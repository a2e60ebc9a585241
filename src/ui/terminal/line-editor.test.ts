import { describe, expect, it } from "vitest";
import { completeLine, EMPTY_LINE, insert, keysOf, type Line, pressKey } from "./line-editor.ts";
import { cellsOf, draw, listing, namesOf, splitTail, wipe } from "./screen.ts";

/** Types into an empty line; `|` in the result is the cursor. */
function typed(data: string, history: readonly string[] = [], from: Line = EMPTY_LINE): string {
  let line = from;
  for (const key of keysOf(data)) line = pressKey(line, key, history).line;
  return `${line.text.slice(0, line.cursor)}|${line.text.slice(line.cursor)}`;
}

describe("the line editor", () => {
  it.each([
    ["abc", "abc|"],
    ["abc\x1b[D\x1b[Dx", "ax|bc"],
    ["abc\x01x\x05y", "xabcy|"],
    ["one two three\x17", "one two |"],
    ["one two\x1b[1;5D\x0b", "one |"],
    ["one two\x15", "|"],
    ["one two\x15\x19\x19", "one twoone two|"],
    ["ab\x7f", "a|"],
    ["ab\x01\x1b[3~", "|b"],
    ["a🐳b\x1b[D\x7f", "a|b"],
    ["\x7f\x1b[D\x1b[3~", "|"],
  ])("%j gives %s", (data, result) => {
    expect(typed(data)).toBe(result);
  });

  it("walks through the history and back to what was being typed", () => {
    const history = ["first", "second"];
    expect(typed("draft\x1b[A", history)).toBe("second|");
    expect(typed("draft\x1b[A\x1b[A\x1b[A", history)).toBe("first|");
    expect(typed("draft\x1b[A\x1b[B", history)).toBe("draft|");
  });

  it("says what is to be done", () => {
    const deed = (data: string) => pressKey(insert(EMPTY_LINE, "ls"), data, []).deed;
    expect(deed("\r")).toEqual({ type: "submit", line: "ls" });
    expect(deed("\x03")).toEqual({ type: "interrupt" });
    expect(deed("\x0c")).toEqual({ type: "clear" });
    expect(deed("\t")).toEqual({ type: "complete" });
    expect(pressKey(EMPTY_LINE, "\x04", []).deed).toEqual({ type: "eof" });
    expect(deed("\x04")).toBeNull();
  });

  it("takes a paste apart into lines", () => {
    expect(keysOf("$ ip link\r$ brctl show\r")).toEqual(["$ ip link", "\r", "$ brctl show", "\r"]);
    expect(keysOf("a\r\nb")).toEqual(["a", "\r\n", "b"]);
  });
});

describe("completion", () => {
  it("finishes a word that is decided, and puts a blank behind it", () => {
    expect(completeLine(insert(EMPTY_LINE, "brc"), 0, ["brctl"]).line.text).toBe("brctl ");
    expect(completeLine(insert(EMPTY_LINE, "cat /et"), 4, ["/etc/"]).line.text).toBe("cat /etc/");
  });

  it("goes as far as the candidates agree, then lists them", () => {
    const first = completeLine(insert(EMPTY_LINE, "docker r"), 7, ["run", "rune"]);
    expect(first).toMatchObject({ line: { text: "docker run" }, list: [] });
    expect(completeLine(first.line, 7, ["run", "rune"]).list).toEqual(["run", "rune"]);
  });

  it("does nothing without a candidate", () => {
    expect(completeLine(insert(EMPTY_LINE, "x"), 0, []).line.text).toBe("x");
  });
});

describe("the terminal's footing", () => {
  it("draws prompt and line, with the cursor where it belongs", () => {
    const line = { ...insert(EMPTY_LINE, "ls -l"), cursor: 2 };
    const { text, footing } = draw("", "# ", line, 80);
    expect(text).toBe("\x1b[32m# \x1b[0mls -l\r\x1b[4C");
    expect(footing.cursorLine).toBe(0);
  });

  it("knows on which line the cursor is when the line wraps", () => {
    const long = insert(EMPTY_LINE, "x".repeat(25));
    const { footing } = draw("", "# ", long, 10);
    expect(footing.cursorLine).toBe(2);
    expect(wipe(footing)).toBe("\x1b[2A\r\x1b[J");
  });

  it("keeps output without a newline before the prompt", () => {
    expect(splitTail("one\ntwo")).toEqual({ done: "one\n", tail: "two" });
    expect(draw("two", "# ", EMPTY_LINE, 80).text).toBe("two\x1b[32m# \x1b[0m\r\x1b[5C");
  });

  it("counts wide characters twice", () => {
    expect(cellsOf("网桥 br")).toBe(7);
  });

  it("lists candidates one below the other, files by their names", () => {
    expect(listing(["aa", "bb", "cc"], 8)).toBe("aa  cc\nbb\n");
    expect(namesOf(["/etc/hostname", "/etc/hosts", "/etc/init.d/"])).toEqual(["hostname", "hosts", "init.d/"]);
    expect(namesOf(["show", "/etc/x"])).toEqual(["show", "/etc/x"]);
  });
});
