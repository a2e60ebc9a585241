/** Ports come to a bridge and leave it, and the bridge's MAC follows: net/bridge/br_if.c, br_stp_if.c. */
import { MAC_ZERO, type Mac } from "../../../wire/address.ts";
import { EBUSY, EINVAL, ELOOP, EXFULL } from "../../errno.ts";
import { inetdevChangeAddr } from "../../fib/devinet.ts";
import { kernelLog } from "../../log.ts";
import type { Bridge, BridgePort, DevId, NetDevice, World } from "../../types.ts";
import { dev, touchConfig } from "../../world.ts";
import { setPromiscuity, syncUnicastPromisc } from "../promisc.ts";
import { FDB_STATIC, fdbFind, macHi, macLo } from "./fdb.ts";
import { forgetFloodPlans } from "./flood.ts";
import { fdbAddLocal, fdbChangeAddr, fdbChangeBridgeMac, fdbDeleteByPort } from "./learn.ts";
import { changeOwnId, disablePort, enablePort, setPortState } from "./stp/stp.ts";

/** BR_MAX_PORTS: numbers 1 … 1023. */
const MAX_PORTS = 1 << 10;
const ETH_DATA_LEN = 1500;
/** port_cost() of a link of 10 Gb/s, which is what a veth says it is; unknown speeds cost 100. */
const COST_10G = 2;
const COST_UNKNOWN = 100;
const PORT_PRIORITY = 32;

/**
 * Makes a device a port: br_add_if. EINVAL (loopback, no Ethernet), ELOOP (it is a bridge), EBUSY (it has a master), EXFULL (no
 * port number left).
 */
export function bridgeAddIf(world: World, bridgeId: DevId, id: DevId): number {
  const bridge = dev(world, bridgeId);
  const device = dev(world, id);
  const state = bridge.bridge as Bridge;
  if (device.kind === "loopback" || device.kind === "ipip") return EINVAL;
  if (device.bridge !== null) return ELOOP;
  if (device.master !== null) return EBUSY;
  const portNo = freePortNo(world, state);
  if (portNo >= MAX_PORTS) return EXFULL;
  device.port = newPort(portNo, device);
  device.master = bridge.id;
  touchConfig(world);
  // new_nbp() passes through "blocking", and the log shows it.
  setPortState(world, bridge, device, "blocking");
  setPortState(world, bridge, device, "disabled");
  kernelLog(world, device.netns, `${device.name}: entered allmulticast mode`);
  setPromiscuity(world, id, 1);
  dropKnownAddresses(world, bridgeId, device);
  state.ports.unshift(id);
  fdbAddLocal(world, bridge, id, device.mac);
  recalculateBridgeId(world, bridge);
  if (device.up && device.carrier && bridge.up) enablePort(world, bridge, device);
  adjustMtu(world, bridge);
  return 0;
}

/** What the bridge knows as static, the new port needs not listen to: br_fdb_unsync_static. */
function dropKnownAddresses(world: World, bridge: DevId, device: NetDevice): void {
  const isStatic = (mac: Mac) => {
    const slot = fdbFind(world.fdb, bridge, macHi(mac), macLo(mac));
    return slot >= 0 && ((world.fdb.flags[slot] as number) & FDB_STATIC) !== 0;
  };
  device.unicastList = device.unicastList.filter((mac) => !isStatic(mac));
  syncUnicastPromisc(world, device);
}

/** `ip link set DEV master BRIDGE|nomaster`: do_set_master. It leaves the bridge that it is on first. Errno as bridgeAddIf. */
export function setMaster(world: World, id: DevId, bridgeId: DevId | null): number {
  const device = dev(world, id);
  if (device.master === bridgeId) return 0;
  if (device.master !== null) bridgeDelIf(world, device.master, id);
  return bridgeId === null ? 0 : bridgeAddIf(world, bridgeId, id);
}

/** A port becomes an ordinary device again: br_del_if. EINVAL when it is no port of this bridge. */
export function bridgeDelIf(world: World, bridgeId: DevId, id: DevId): number {
  const bridge = dev(world, bridgeId);
  const device = dev(world, id);
  if (device.master !== bridgeId) return EINVAL;
  disablePort(world, bridge, device);
  fdbDeleteByPort(world, bridge, id, true);
  const state = bridge.bridge as Bridge;
  state.ports = state.ports.filter((port) => port !== id);
  forgetFloodPlans(world, state);
  device.master = null;
  device.port = null;
  kernelLog(world, device.netns, `${device.name}: left allmulticast mode`);
  setPromiscuity(world, id, -1);
  adjustMtu(world, bridge);
  recalculateBridgeId(world, bridge);
  return 0;
}

/** A port's MAC has changed. */
export function portChangeAddr(world: World, device: NetDevice): void {
  const bridge = dev(world, device.master as DevId);
  fdbChangeAddr(world, bridge, device);
  recalculateBridgeId(world, bridge);
}

/** Somebody sets the bridge's MAC: br_set_mac_address. */
export function setBridgeMac(world: World, bridge: NetDevice, mac: Mac): void {
  bridge.macSet = true;
  if (mac !== bridge.mac || mac !== (bridge.bridge as Bridge).idMac) changeBridgeId(world, bridge, mac);
}

/** A bridge whose MAC nobody set has its ports' lowest, or none without ports: br_stp_recalculate_bridge_id. */
function recalculateBridgeId(world: World, bridge: NetDevice): void {
  if (bridge.macSet) return;
  const state = bridge.bridge as Bridge;
  const macs = state.ports.map((id) => dev(world, id).mac);
  const lowest = macs.length === 0 ? MAC_ZERO : (Math.min(...macs) as Mac);
  if (lowest !== state.idMac) changeBridgeId(world, bridge, lowest);
}

/** br_stp_change_bridge_id */
function changeBridgeId(world: World, bridge: NetDevice, mac: Mac): void {
  fdbChangeBridgeMac(world, bridge, mac);
  bridge.mac = mac;
  changeOwnId(world, bridge, (bridge.bridge as Bridge).priority, mac);
  inetdevChangeAddr(world, bridge.id);
}

/** br_mtu_auto_adjust: the bridge's MTU is its ports' smallest unless somebody set it. */
export function adjustMtu(world: World, bridge: NetDevice): void {
  const state = bridge.bridge as Bridge;
  forgetFloodPlans(world, state);
  if (state.mtuSet) return;
  bridge.mtu = state.ports.length === 0 ? ETH_DATA_LEN : Math.min(...state.ports.map((id) => dev(world, id).mtu));
  touchConfig(world);
}

/** find_portno: the lowest number that no port has. */
function freePortNo(world: World, state: Bridge): number {
  const taken = new Uint8Array(state.ports.length + 2);
  for (const id of state.ports) taken[(dev(world, id).port as BridgePort).portNo] = 1;
  let portNo = 1;
  while (taken[portNo] === 1) portNo++;
  return portNo;
}

function newPort(portNo: number, device: NetDevice): BridgePort {
  return {
    portNo,
    state: "disabled",
    pathCost: saysSpeed(device) ? COST_10G : COST_UNKNOWN,
    priority: PORT_PRIORITY,
    hairpin: false,
    learning: true,
    flood: true,
    mcastFlood: true,
    bcastFlood: true,
    isolated: false,
    forwardDelayAt_ns: 0,
    spanning: null,
  };
}

/** Whether ethtool tells a speed: a veth and a card do, and a VXLAN device that is tied to one. */
function saysSpeed(device: NetDevice): boolean {
  return device.kind === "veth" || device.kind === "nic" || (device.vxlan !== null && device.vxlan.link !== null);
}
