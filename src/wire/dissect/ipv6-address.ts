/** An IPv6 address among a frame's bytes. */
import { getU16 } from "../bytes.ts";
import { formatIpv6 } from "../ipv6.ts";

/** The 16 bytes at `at`, as RFC 5952 writes them. */
export function ipv6At(b: Uint8Array, at: number): string {
  return formatIpv6(Array.from({ length: 8 }, (_, i) => getU16(b, at + 2 * i)));
}
