/** `ip link add`: iplink_modify with NLM_F_CREATE, and rtnl_newlink of net/core/rtnetlink.c. */
import { EEXIST, EINVAL } from "../../../../kernel/errno.ts";
import { createBridge } from "../../../../kernel/netdev/bridge/bridge.ts";
import { devOpen, devSetMtu, unregisterNetdevice } from "../../../../kernel/netdev/device.ts";
import { createDummy } from "../../../../kernel/netdev/nic.ts";
import { createVeth, type VethSpec } from "../../../../kernel/netdev/veth.ts";
import { createIpTunnel } from "../../../../kernel/tunnel/ipip.ts";
import { createVxlan } from "../../../../kernel/tunnel/vxlan.ts";
import type { NetDevice, NetnsId } from "../../../../kernel/types.ts";
import { devByIndex, devByName } from "../../../../kernel/world.ts";
import type { Mac } from "../../../../wire/address.ts";
import { write } from "../../../process.ts";
import { notSimulated, Quit, quit } from "../../quit.ts";
import { answer, type Line, macOfBytes, needAdmin, netnsOfLine, word } from "../args.ts";
import { bridgeChanges } from "./bridge-options.ts";
import { ipipWords } from "./ipip-options.ts";
import { type LinkRequest, parseLink, refuseRest } from "./parse.ts";
import { applyRest } from "./set.ts";
import { newVxlan } from "./vxlan-options.ts";

/** A maker's answer when a kind of device needs more words. */
const NO_ATTRIBUTES = 0;

/** Makes a device once all words are read; an errno if the kernel refuses. */
type Maker = () => NetDevice | number;

const KNOWN_ELSEWHERE = new Set("ifb macvlan macvtap tun".split(" "));

/** Kinds that iproute2 has words for and this kernel was built without. */
const NOT_BUILT_IN = new Set(
  "bareudp bond geneve gre gretap gtp ipvlan ipvtap macsec netkit sit team vcan vlan vrf vti wireguard xfrm".split(" "),
);

export function addLink(line: Line): number {
  const request = parseLink(line);
  if (request.type === null) quit(line.sys, 'Not enough information: "type" argument is required\n', 1);
  const make = makerOf(line, request, request.type);
  needAdmin(line);
  if (isTooLong(request)) return answer(line, EINVAL, "Attribute failed policy validation");
  if (make === null) return answer(line, EINVAL, "Unknown device type");
  if (request.address !== null && macOfBytes(request.address) === null) return answer(line, EINVAL);
  if (request.index !== null && devByIndex(line.sys.world, netnsOfLine(line), request.index) !== null) {
    return answer(line, EEXIST);
  }
  const made = make();
  if (made === NO_ATTRIBUTES) return answer(line, EINVAL, "Required attributes not provided to perform the operation");
  if (typeof made === "number") return answer(line, made, refusal(line, request, made));
  // A tunnel has taken its MTU as far as it goes.
  return finish(line, made.vxlan === null && made.ipTunnel === null ? request : { ...request, mtu: null }, made);
}

/** What the kernel says besides the errno. */
function refusal(line: Line, request: LinkRequest, errno: number): string | null {
  if (request.type !== "vxlan" || errno !== EEXIST) return null;
  const isNamed = request.name !== null && devByName(line.sys.world, target(line, request), request.name) !== null;
  return isNamed ? null : "A VXLAN device with the specified VNI already exists";
}

function isTooLong(request: LinkRequest): boolean {
  return (request.name?.length ?? 0) > 15;
}

/** Reads what follows the type; null for a type that no kernel knows. */
function makerOf(line: Line, request: LinkRequest, type: string): Maker | null {
  const { world } = line.sys;
  switch (type) {
    case "veth":
      return vethMaker(line, request);
    case "dummy":
      refuseRest(line);
      return () => createDummy(world, target(line, request), spec(line, request, "dummy%d"));
    case "ipip": {
      const config = ipipWords(line);
      const from = { name: request.name ?? "tunl%d", ifindex: request.index ?? undefined };
      return () => createIpTunnel(world, target(line, request), { ...from, mtu: request.mtu ?? undefined }, config);
    }
    case "vxlan": {
      const config = newVxlan(line);
      if (config === null) return () => NO_ATTRIBUTES;
      return () => {
        const from = { ...spec(line, request, "vxlan%d"), mtu: request.mtu ?? undefined };
        return createVxlan(world, target(line, request), from, config, netnsOfLine(line));
      };
    }
    case "bridge": {
      const changes = bridgeChanges(line);
      return () => {
        const bridge = createBridge(world, target(line, request), spec(line, request, "bridge%d"));
        if (typeof bridge === "number") return bridge;
        const refused = changes.map((change) => change(world, bridge)).find((errno) => errno !== 0);
        if (refused === undefined) return bridge;
        unregisterNetdevice(world, bridge.id);
        return refused;
      };
    }
    default:
      if (NOT_BUILT_IN.has(type)) line.at = line.words.length;
      if (KNOWN_ELSEWHERE.has(type)) notSimulated(line.sys, `a link of type ${type}`);
      return null;
  }
}

function target(line: Line, request: LinkRequest): NetnsId {
  return request.netns ?? netnsOfLine(line);
}

interface Spec {
  name: string;
  mac?: Mac | undefined;
  ifindex?: number | undefined;
  txQueueLen?: number | undefined;
}

function spec(_line: Line, request: LinkRequest, pattern: string): Spec {
  return {
    name: request.name ?? pattern,
    mac: (request.address === null ? null : macOfBytes(request.address)) ?? undefined,
    ifindex: request.index ?? undefined,
    txQueueLen: request.txQueueLen ?? undefined,
  };
}

export const VETH_USAGE =
  "Usage: ip link <options> type veth [peer <options>]\nTo get <options> type 'ip link add help'\n";

/** `type veth [peer [name] NAME …]` */
function vethMaker(line: Line, request: LinkRequest): Maker {
  const keyword = word(line);
  let peer: LinkRequest | null = null;
  if (keyword === "peer") {
    line.at++;
    peer = parseLink(line);
    if (peer.type !== null) refuseRest(line);
  } else if (keyword !== undefined) {
    write(line.sys, 1, VETH_USAGE);
    throw new Quit(1);
  }
  return () => makeVeth(line, request, peer);
}

function makeVeth(line: Line, request: LinkRequest, peer: LinkRequest | null): NetDevice | number {
  const { world } = line.sys;
  const end = (r: LinkRequest | null, netns: NetnsId): VethSpec =>
    r === null ? { netns } : { ...spec(line, r, "veth%d"), netns };
  if (peer !== null && isTooLong(peer)) return EINVAL;
  if (peer?.address && macOfBytes(peer.address) === null) return EINVAL;
  // A peer that is spoken of is made where the command runs, unless it says otherwise (veth_newlink).
  const there = peer === null ? target(line, request) : (peer.netns ?? netnsOfLine(line));
  const pair = createVeth(world, end(request, target(line, request)), end(peer, there));
  if (typeof pair === "number") return pair;
  const [made, other] = pair;
  if (peer?.mtu != null && devSetMtu(world, other.id, peer.mtu) !== 0) {
    unregisterNetdevice(world, made.id);
    return EINVAL;
  }
  if (peer?.up) devOpen(world, other.id);
  return made;
}

/** What a request for a new device says besides its kind: MTU, master, flags. */
function finish(line: Line, request: LinkRequest, made: NetDevice): number {
  const status = applyRest(line, request, made);
  if (status !== 0) unregisterNetdevice(line.sys.world, made.id);
  return status;
}
