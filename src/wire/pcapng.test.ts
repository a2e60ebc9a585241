import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { ARP_REPLY, ARP_REQUEST, ICMP_ECHO_REQUEST } from "../../tests/wire/frames.ts";
import { fromHex } from "./bytes.ts";
import { type Capture, writePcapng } from "./pcapng.ts";

const CAPTURE: Capture = {
  epoch_s: 1_700_000_000,
  interfaces: [{ name: "eth0" }, { name: "docker0" }],
  packets: [
    { interface: 0, time_ns: 0, bytes: fromHex(ARP_REQUEST), direction: "out" },
    { interface: 1, time_ns: 123_456_789, bytes: fromHex(ARP_REPLY), direction: "in", comment: "docker0 学习 🐳" },
    { interface: 1, time_ns: 7_000_000_001, bytes: fromHex(ICMP_ECHO_REQUEST) },
  ],
};

type Block = { type: number; fixed: Uint8Array; options: Map<number, Uint8Array> };

/** Reads blocks by the letter of the specification, asserting its lengths, padding and end marks. */
function readBlocks(file: Uint8Array): Block[] {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const blocks: Block[] = [];
  for (let at = 0; at < file.length; ) {
    const type = view.getUint32(at, true);
    const length = view.getUint32(at + 4, true);
    expect(length % 4).toBe(0);
    expect(view.getUint32(at + length - 4, true)).toBe(length);
    const body = at + 8;
    const fixedLength = { 168627466: 16, 1: 8, 6: type === 6 ? 20 + padded(view.getUint32(body + 12, true)) : 0 }[type];
    expect(fixedLength).toBeDefined();
    const fixed = file.subarray(body, body + (fixedLength as number));
    blocks.push({ type, fixed, options: readOptions(file.subarray(body + fixed.length, at + length - 4)) });
    at += length;
  }
  return blocks;
}

function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}

function readOptions(bytes: Uint8Array): Map<number, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const options = new Map<number, Uint8Array>();
  let at = 0;
  while (at < bytes.length) {
    const [code, length] = [view.getUint16(at, true), view.getUint16(at + 2, true)];
    at += 4 + padded(length);
    if (code === 0) {
      expect([length, at]).toEqual([0, bytes.length]);
      return options;
    }
    options.set(code, bytes.subarray(at - padded(length), at - padded(length) + length));
  }
  expect(bytes.length).toBe(0);
  return options;
}

/** The capture that a file holds. */
function read(file: Uint8Array): Capture {
  const [header, ...blocks] = readBlocks(file);
  expect([...(header?.fixed ?? [])]).toEqual([0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0, ...Array(8).fill(0xff)]);
  const text = (bytes: Uint8Array | undefined) => new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  const interfaces = blocks
    .filter((block) => block.type === 1)
    .map((block) => {
      const raw = block.fixed[0] === 101;
      expect([...block.fixed]).toEqual([raw ? 101 : 1, 0, 0, 0, 0, 0, 0, 0]);
      expect(block.options.get(9)).toEqual(Uint8Array.of(9));
      return { name: text(block.options.get(2)), ...(raw ? { raw } : {}) };
    });
  const packets = blocks
    .filter((block) => block.type === 6)
    .map(({ fixed, options }) => {
      const view = new DataView(fixed.buffer, fixed.byteOffset, fixed.length);
      const time = (BigInt(view.getUint32(4, true)) << 32n) + BigInt(view.getUint32(8, true));
      const length = view.getUint32(12, true);
      expect(view.getUint32(16, true)).toBe(length);
      const flags = options.get(2);
      return {
        interface: view.getUint32(0, true),
        time_ns: Number(time - 1_700_000_000_000_000_000n),
        bytes: fixed.slice(20, 20 + length),
        ...(flags === undefined ? {} : { direction: flags[0] === 1 ? ("in" as const) : ("out" as const) }),
        ...(options.has(1) ? { comment: text(options.get(1)) } : {}),
      };
    });
  return { epoch_s: 1_700_000_000, interfaces, packets };
}

describe("writePcapng", () => {
  it("writes what a reader by the specification reads back", () => {
    expect(read(writePcapng(CAPTURE))).toEqual(CAPTURE);
  });

  it("round-trips any capture", () => {
    const packets = fc.record(
      {
        interface: fc.nat(2),
        time_ns: fc.maxSafeNat(),
        bytes: fc.uint8Array({ maxLength: 100 }),
        direction: fc.constantFrom("in" as const, "out" as const),
        comment: fc.string({ unit: "binary" }),
      },
      { requiredKeys: ["interface", "time_ns", "bytes"] },
    );
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "grapheme" }), { minLength: 3, maxLength: 3 }),
        fc.array(packets),
        (names, list) => {
          const capture = { epoch_s: 1_700_000_000, interfaces: names.map((name) => ({ name })), packets: list };
          expect(read(writePcapng(capture))).toEqual(capture);
        },
      ),
    );
  });

  it("says of an interface without a link layer that its packets are bare IP", () => {
    const bytes = fromHex(ICMP_ECHO_REQUEST).slice(14);
    const capture = {
      ...CAPTURE,
      interfaces: [{ name: "tunl0", raw: true }],
      packets: [{ interface: 0, time_ns: 0, bytes }],
    };
    expect(read(writePcapng(capture))).toEqual(capture);
  });

  it("writes a lone surrogate as U+FFFD and cuts a comment that an option can't hold", () => {
    const comments = ["\ud800x", "é".repeat(40_000)];
    const packets = comments.map((comment) => ({ interface: 0, time_ns: 0, bytes: new Uint8Array(1), comment }));
    const [lone, long] = read(writePcapng({ ...CAPTURE, packets })).packets;
    expect([lone?.comment, long?.comment]).toEqual(["\ufffdx", "é".repeat(32_767)]);
  });

  it("asserts that a packet's interface exists", () => {
    const packets = [{ interface: 2, time_ns: 0, bytes: new Uint8Array(1) }];
    expect(() => writePcapng({ ...CAPTURE, packets })).toThrow("unknown interface");
  });
});

describe("other people's readers", () => {
  const folder = mkdtempSync(join(tmpdir(), "pcapng-"));
  const file = join(folder, "capture.pcapng");
  writeFileSync(file, writePcapng(CAPTURE));
  afterAll(() => rmSync(folder, { recursive: true }));

  const has = (tool: string) => spawnSync(tool, ["--version"]).status === 0;
  const run = (tool: string, args: string[]) => {
    const { status, stdout, stderr } = spawnSync(tool, args, { encoding: "utf8", env: { ...process.env, TZ: "UTC" } });
    // As root, tshark warns of that alone.
    const complaints = stderr
      .split("\n")
      .filter((line) => line !== "" && !/^reading from file|Running as user/.test(line));
    return { status, complaints, lines: stdout.trim().split("\n") };
  };

  it.runIf(has("tcpdump"))("tcpdump reads it without a complaint (skipped where there is no tcpdump)", () => {
    const { status, complaints, lines } = run("tcpdump", ["-n", "--nano", "-r", file]);
    expect([status, complaints]).toEqual([0, []]);
    expect(lines.map((line) => line.split(",")[0])).toEqual([
      "22:13:20.000000000 ARP",
      "22:13:20.123456789 ARP",
      "22:13:27.000000001 IP 172.17.0.2 > 172.17.0.3: ICMP echo request",
    ]);
  });

  it.runIf(has("tshark"))("tshark reads it without a complaint (skipped where there is no tshark)", () => {
    const fields = ["frame.time_epoch", "frame.interface_name", "frame.packet_flags_direction", "frame.comment"];
    const { status, complaints, lines } = run("tshark", [
      "-r",
      file,
      "-T",
      "fields",
      ...fields.flatMap((f) => ["-e", f]),
    ]);
    expect([status, complaints]).toEqual([0, []]);
    expect(lines.map((line) => line.trimEnd().split("\t"))).toEqual([
      ["1700000000.000000000", "eth0", "0x00000002"],
      ["1700000000.123456789", "docker0", "0x00000001", "docker0 学习 🐳"],
      ["1700000007.000000001", "docker0"],
    ]);
  });
});
