/** Byte for byte what a Linux 6.18 sent: the recording build-a-bridge-by-hand. */
import { expect, test } from "vitest";
import { mac } from "./address.ts";
import { toHex } from "./bytes.ts";
import {
  emitListenerReport,
  emitNeighbourSolicitation,
  emitRouterSolicitation,
  LISTENER_REPORT_LEN,
  NEIGHBOUR_SOLICITATION_LEN,
  ROUTER_SOLICITATION_LEN,
  solicitedNodeMac,
} from "./icmpv6.ts";

const WHO = mac("82:66:d8:15:14:14");

function bytes(length: number, emit: (b: Uint8Array) => void): string {
  const b = new Uint8Array(length).fill(0xaa);
  emit(b);
  return toHex(b);
}

test("a listener report from nobody yet, and from the proven address", () => {
  expect(bytes(LISTENER_REPORT_LEN, (b) => emitListenerReport(b, 0, WHO, false))).toBe(
    "600000000024000100000000000000000000000000000000ff0200000000000000000000000000163a000502000001008f005b610000000104000000ff0200000000000000000001ff151414",
  );
  expect(bytes(LISTENER_REPORT_LEN, (b) => emitListenerReport(b, 0, WHO, true))).toBe(
    "6000000000240001fe800000000000008066d8fffe151414ff0200000000000000000000000000163a000502000001008f00f14f0000000104000000ff0200000000000000000001ff151414",
  );
});

test("the solicitation of duplicate address detection", () => {
  expect(bytes(NEIGHBOUR_SOLICITATION_LEN, (b) => emitNeighbourSolicitation(b, 0, WHO, 0xf7db_3670_2c01))).toBe(
    "6000000000203aff00000000000000000000000000000000ff0200000000000000000001ff1514148700941700000000fe800000000000008066d8fffe1514140e01f7db36702c01",
  );
  expect(solicitedNodeMac(WHO)).toBe(mac("33:33:ff:15:14:14"));
});

test("a router solicitation", () => {
  expect(bytes(ROUTER_SOLICITATION_LEN, (b) => emitRouterSolicitation(b, 0, WHO))).toBe(
    "6000000000103afffe800000000000008066d8fffe151414ff0200000000000000000000000000028500a20d0000000001018266d8151414",
  );
});
