/** Capabilities of containers. */
import { expect, test } from "vitest";
import { capabilities, capabilityLines, refuseCapability } from "./capabilities.ts";

test.each([
  [[], [], false, "00000000a80425fb", ["NET_RAW", "NET_BIND_SERVICE"]],
  [["NET_ADMIN"], [], false, "00000000a80435fb", ["NET_ADMIN", "NET_RAW", "NET_BIND_SERVICE"]],
  [[], ["cap_net_raw"], false, "00000000a80405fb", ["NET_BIND_SERVICE"]],
  [["NET_RAW"], ["ALL"], false, "0000000000002000", ["NET_RAW"]],
  [["ALL"], ["NET_RAW"], false, "000001ffffffdfff", ["NET_ADMIN", "SYS_ADMIN", "NET_BIND_SERVICE"]],
  [[], ["ALL"], true, "000001ffffffffff", ["NET_ADMIN", "NET_RAW", "SYS_ADMIN", "NET_BIND_SERVICE"]],
])("+%s -%s, privileged %s: %s", (add, drop, privileged, mask, names) => {
  expect(capabilityLines(add, drop, privileged)).toContain(`CapEff:\t${mask}\n`);
  expect(capabilities(add, drop, privileged)).toEqual(names);
});

test("what is none is refused", () => {
  expect(refuseCapability("CapAdd", ["all", "net_admin"])).toBeNull();
  expect(refuseCapability("CapDrop", ["frob"])).toBe('invalid CapDrop: unknown capability: "CAP_FROB"');
});
