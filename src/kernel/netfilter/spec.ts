/** Conditions on single values, each perhaps with a "!". */
import type { Ipv4 } from "../../wire/address.ts";
import type { AddressSpec, PortSpec } from "./types.ts";

export function addressMatches(spec: AddressSpec, address: Ipv4): boolean {
  return ((address & spec.mask) === (spec.address | 0)) !== spec.invert;
}

export function portMatches(spec: PortSpec | null, port: number): boolean {
  return spec === null || (port >= spec.from && port <= spec.to) !== spec.invert;
}
