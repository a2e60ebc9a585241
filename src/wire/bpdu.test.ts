import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dirty, macs, u16 } from "../../tests/wire/arbitraries.ts";
import { mac } from "./address.ts";
import {
  BPDU,
  CONFIG_BPDU_LEN,
  type ConfigBpdu,
  emitConfigBpdu,
  emitTcnBpdu,
  parseBpdu,
  TCN_BPDU_LEN,
} from "./bpdu.ts";
import { fromHex } from "./bytes.ts";
import { writeField } from "./fields.ts";

/** What a bridge of Linux sent, from the LLC header on. */
const RECORDED = fromHex("4242030000000001800042649b10fa9f00000000800042649b10fa9f80010000140002000400");
const SECOND_NS = 1e9;
const ID = { priority: 0x8000, mac: mac("42:64:9b:10:fa:9f") };
const READ: ConfigBpdu = {
  topologyChange: true,
  topologyChangeAck: false,
  root: ID,
  rootPathCost: 0,
  bridge: ID,
  port: 0x8001,
  messageAge_ns: 0,
  maxAge_ns: 20 * SECOND_NS,
  helloTime_ns: 2 * SECOND_NS,
  forwardDelay_ns: 4 * SECOND_NS,
};

describe("BPDU", () => {
  it("parses a recorded one", () => {
    expect(parseBpdu(RECORDED, 0, RECORDED.length)).toEqual({ ok: true, value: READ });
  });

  it("emits both kinds on a dirty buffer", () => {
    const b = dirty(CONFIG_BPDU_LEN + 2);
    emitConfigBpdu(b, 1, READ);
    expect(b).toEqual(Uint8Array.of(0xa5, ...RECORDED, 0xa5));
    const tcn = dirty(TCN_BPDU_LEN + 1);
    emitTcnBpdu(tcn, 0);
    expect(tcn).toEqual(Uint8Array.of(0x42, 0x42, 3, 0, 0, 0, 0x80, 0xa5));
    expect(parseBpdu(tcn, 0, TCN_BPDU_LEN)).toEqual({ ok: true, value: null });
  });

  it("refuses short input and other protocols", () => {
    expect(parseBpdu(RECORDED, 0, 6)).toMatchObject({ ok: false, error: { kind: "short", needed: TCN_BPDU_LEN } });
    expect(parseBpdu(RECORDED, 0, 37)).toMatchObject({ ok: false, error: { kind: "short", needed: CONFIG_BPDU_LEN } });
    for (const field of [BPDU.dsap, BPDU.ssap, BPDU.control, BPDU.protocol, BPDU.version, BPDU.type]) {
      const b = RECORDED.slice();
      writeField(b, 0, field, 99);
      expect(parseBpdu(b, 0, b.length)).toMatchObject({ ok: false, error: { kind: "bad" } });
    }
  });

  it("round-trips", () => {
    const ids = fc.record({ priority: u16, mac: macs });
    const times = u16.map((ticks) => (ticks * SECOND_NS) / 256);
    const bpdus = fc.record({
      topologyChange: fc.boolean(),
      topologyChangeAck: fc.boolean(),
      root: ids,
      rootPathCost: fc.nat(),
      bridge: ids,
      port: u16,
      messageAge_ns: times,
      maxAge_ns: times,
      helloTime_ns: times,
      forwardDelay_ns: times,
    });
    fc.assert(
      fc.property(bpdus, (c) => {
        const b = dirty(CONFIG_BPDU_LEN);
        emitConfigBpdu(b, 0, c);
        expect(parseBpdu(b, 0, b.length)).toEqual({ ok: true, value: c });
      }),
    );
  });
});
