/**
 * What net.ipv4.conf.*.log_martians writes of packets whose addresses can't be: ip_handle_martian_source and the end of
 * ip_route_input_slow, net/ipv4/route.c. Left out: the limit of ten lines in five seconds.
 */
import { DropReason } from "../../base/trace-kind.ts";
import { frameStart } from "../../sim/frames.ts";
import { formatIpv4, isMulticastIpv4 } from "../../wire/address.ts";
import { getU8, hexByte } from "../../wire/bytes.ts";
import { ETH_HLEN } from "../../wire/ethernet.ts";
import { ipv4Destination, ipv4Source } from "../../wire/ipv4.ts";
import { kernelLog } from "../log.ts";
import { maxConf } from "../sysctl.ts";
import type { NetDevice, Netns, World } from "../types.ts";

const SOURCE_REASONS: readonly number[] = [
  DropReason.IP_INVALID_SOURCE,
  DropReason.IP_LOCALNET,
  DropReason.IP_LOCAL_SOURCE,
  DropReason.IP_RPFILTER,
];

/** @param reason why the packet, which came in by the device, finds no route */
export function logMartian(world: World, netns: Netns, device: NetDevice, frame: number, reason: number): void {
  if (maxConf(netns, device, "log_martians") === 0) return;
  const b = world.pool.bytes;
  const start = frameStart(world.pool, frame);
  const destination = ipv4Destination(b, start + ETH_HLEN);
  const isSource = SOURCE_REASONS.includes(reason);
  if (!isSource && (reason !== DropReason.IP_INADDRERRORS || isMulticastIpv4(destination))) return;
  const what = isSource ? "source" : "destination";
  const [to, from] = [formatIpv4(destination), formatIpv4(ipv4Source(b, start + ETH_HLEN))];
  kernelLog(world, netns.id, `IPv4: martian ${what} ${to} from ${from}, ${isSource ? "on " : ""}dev ${device.name}`);
  if (!isSource) return;
  const header = Array.from({ length: ETH_HLEN }, (_, i) => hexByte(getU8(b, start + i)));
  kernelLog(world, netns.id, `ll header: 00000000: ${header.join(" ")}`);
}
