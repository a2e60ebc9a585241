/** A bridge is made, and its settings and its ports' are changed: net/bridge/br_netlink.c, br_ioctl.c, br_sysfs_*.c. */
import { EBUSY, ENETDOWN, ERANGE } from "../../errno.ts";
import { wholeJiffies } from "../../timer.ts";
import type { Bridge, BridgePort, DevId, NetDevice, NetnsId, PortState, World } from "../../types.ts";
import { dev, touchConfig } from "../../world.ts";
import { type DeviceSpec, registerNetdevice } from "../register.ts";
import { FDB_BRIDGE_ITSELF } from "./fdb.ts";
import { forgetFloodPlans } from "./flood.ts";
import { fdbAddLocal } from "./learn.ts";
import { setBridgeMac } from "./port.ts";
import { updateConfiguration } from "./stp/select.ts";
import { changeOwnId, portStateSelection, setPortId, setPortState } from "./stp/stp.ts";

const SECOND_NS = 1_000_000_000;
const MAX_PORT_PRIORITY = 63;
const MAX_PATH_COST = 65535;
const MIN_HELLO_NS = 1 * SECOND_NS;
const MAX_HELLO_NS = 10 * SECOND_NS;
const MIN_MAX_AGE_NS = 6 * SECOND_NS;
const MAX_MAX_AGE_NS = 40 * SECOND_NS;

/** A bridge, down and without ports; or an errno as registerNetdevice has them. */
export function createBridge(world: World, netnsId: NetnsId, spec: Omit<DeviceSpec, "kind">): NetDevice | number {
  const device = registerNetdevice(world, netnsId, { ...spec, kind: "bridge" });
  if (typeof device === "number") return device;
  device.bridge = {
    ports: [],
    idMac: 0 as NetDevice["mac"],
    ageing_ns: 300 * SECOND_NS,
    forwardDelay_ns: 15 * SECOND_NS,
    helloTime_ns: 2 * SECOND_NS,
    maxAge_ns: 20 * SECOND_NS,
    priority: 0x8000,
    stp: false,
    spanning: null,
    multicastSnooping: true,
    callsIptables: false,
    mtuSet: false,
    gcAt_ns: 0,
    floodPlans: [],
  };
  if (spec.mac !== undefined) setBridgeMac(world, device, spec.mac);
  else fdbAddLocal(world, device, FDB_BRIDGE_ITSELF, device.mac);
  return device;
}

/** `brctl setbridgeprio` */
export function setBridgePriority(world: World, bridge: NetDevice, priority: number): void {
  changeOwnId(world, bridge, priority & 0xffff, (bridge.bridge as Bridge).idMac);
}

/** `brctl sethello`. ERANGE outside of 1 to 10 s. */
export function setHelloTime(bridge: NetDevice, hello_ns: number): number {
  if (hello_ns < MIN_HELLO_NS || hello_ns > MAX_HELLO_NS) return ERANGE;
  (bridge.bridge as Bridge).helloTime_ns = wholeJiffies(hello_ns);
  return 0;
}

/** `brctl setmaxage`. ERANGE outside of 6 to 40 s. */
export function setMaxAge(bridge: NetDevice, age_ns: number): number {
  if (age_ns < MIN_MAX_AGE_NS || age_ns > MAX_MAX_AGE_NS) return ERANGE;
  (bridge.bridge as Bridge).maxAge_ns = wholeJiffies(age_ns);
  return 0;
}

/** Has netfilter see what this bridge forwards, whatever is set for all bridges. */
export function setCallsIptables(world: World, bridge: NetDevice, on: boolean): void {
  (bridge.bridge as Bridge).callsIptables = on;
  touchConfig(world);
}

/** Sets flags of a port: br_setport. */
export function setPortFlags(
  world: World,
  id: DevId,
  flags: Partial<Pick<BridgePort, "hairpin" | "learning" | "flood" | "mcastFlood" | "bcastFlood" | "isolated">>,
): void {
  const device = dev(world, id);
  Object.assign(device.port as BridgePort, flags);
  forgetFloodPlans(world, dev(world, device.master as DevId).bridge as Bridge);
}

/** `bridge link set DEV state`: br_set_port_state. EBUSY while the kernel does STP, ENETDOWN without a link. */
export function setPortStateByHand(world: World, id: DevId, state: PortState): number {
  const device = dev(world, id);
  const bridge = dev(world, device.master as DevId);
  if ((bridge.bridge as Bridge).stp) return EBUSY;
  if (!device.up || (!device.carrier && state !== "disabled")) return ENETDOWN;
  setPortState(world, bridge, device, state);
  portStateSelection(world, bridge);
  return 0;
}

/** `brctl setportprio`. ERANGE above 63. */
export function setPortPriority(world: World, id: DevId, priority: number): number {
  if (priority < 0 || priority > MAX_PORT_PRIORITY) return ERANGE;
  const device = dev(world, id);
  setPortId(world, dev(world, device.master as DevId), device.port as BridgePort, priority);
  return 0;
}

/** `brctl setpathcost`. ERANGE outside of 1 to 65535. */
export function setPathCost(world: World, id: DevId, cost: number): number {
  if (cost < 1 || cost > MAX_PATH_COST) return ERANGE;
  const device = dev(world, id);
  (device.port as BridgePort).pathCost = cost;
  const bridge = dev(world, device.master as DevId);
  updateConfiguration(world, bridge.bridge as Bridge);
  portStateSelection(world, bridge);
  return 0;
}
