import { describe, expect, it } from "vitest";
import { COMMANDS, keyName, nextSpeed } from "./keys.ts";

const event = (key: string, mods: Partial<Record<"ctrlKey" | "metaKey" | "shiftKey", boolean>> = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  ...mods,
});

describe("keys", () => {
  it("belong to one command each", () => {
    const keys = COMMANDS.flatMap((command) => command.keys);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("have one name on every keyboard", () => {
    expect(keyName(event("?", { shiftKey: true }))).toBe("?");
    expect(keyName(event("ArrowRight", { shiftKey: true }))).toBe("shift+ArrowRight");
    expect(keyName(event("Z", { metaKey: true, shiftKey: true }))).toBe("ctrl+shift+z");
    expect(keyName(event("z", { ctrlKey: true }))).toBe("ctrl+z");
  });

  it("walk through the speeds", () => {
    expect(nextSpeed(1, 1)).toBe(2);
    expect(nextSpeed(1, -1)).toBe(0.5);
    expect(nextSpeed(10, 1)).toBe(10);
    expect(nextSpeed(3, -1)).toBe(2);
  });
});
