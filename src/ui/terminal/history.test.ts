import { beforeEach, describe, expect, it } from "vitest";
import { writeStored } from "../store/storage.ts";
import { historyWith, keepLine, rereadHistory } from "./history.ts";

const NONE: ReadonlySet<string> = new Set();

beforeEach(() => {
  writeStored("history", null);
  rereadHistory();
});

describe("the history of a terminal", () => {
  it("outlives the page, by the node's name", () => {
    keepLine("hostA", "docker ps");
    keepLine("hostA", " ip a ");
    keepLine("nginx-1", "ping 172.17.0.3");
    rereadHistory();
    expect(historyWith("hostA", [], NONE)).toEqual(["docker ps", "ip a"]);
    expect(historyWith("box-3", [], NONE)).toEqual([]);
  });

  it("has each line once, this visit's last, and none of a future that is not to be seen", () => {
    for (const line of ["one", "two", "three", "one"]) keepLine("hostA", line);
    expect(historyWith("hostA", ["two"], NONE)).toEqual(["three", "one", "two"]);
    expect(historyWith("hostA", [], new Set(["one"]))).toEqual(["two", "three"]);
  });

  it("stays bounded, and leaves out blank and endless lines", () => {
    for (let i = 0; i < 250; i++) keepLine("hostA", `echo ${i}`);
    keepLine("hostA", "  ");
    keepLine("hostA", "x".repeat(3000));
    expect(historyWith("hostA", [], NONE)).toHaveLength(200);
    expect(historyWith("hostA", [], NONE).at(-1)).toBe("echo 249");
    for (let i = 0; i < 60; i++) keepLine(`box-${i}`, "ip a");
    expect(historyWith("hostA", [], NONE)).toEqual([]);
    expect(historyWith("box-59", [], NONE)).toEqual(["ip a"]);
  });

  it("takes what lies in storage as it finds it", () => {
    writeStored("history", '{"hostA":["ip a",3],"b":"x"}');
    rereadHistory();
    expect(historyWith("hostA", [], NONE)).toEqual(["ip a"]);
    writeStored("history", "[}");
    rereadHistory();
    expect(historyWith("hostA", [], NONE)).toEqual([]);
  });
});
