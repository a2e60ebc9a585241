/**
 * The states of bridge ports: net/bridge/br_stp.c, br_stp_if.c and br_stp_timer.c. With STP off a port forwards as soon as it has
 * a link; with STP on it first listens and learns, for the forward delay each. Left out: BPDUs (each bridge takes itself for the
 * root and no port is ever blocked by another bridge) and topology changes.
 */
import { pushEvent } from "../../../sim/queue.ts";
import { ERANGE } from "../../errno.ts";
import { kernelLog } from "../../log.ts";
import {
  type Bridge,
  type BridgePort,
  type DevId,
  EventKind,
  type NetDevice,
  type PortState,
  type World,
} from "../../types.ts";
import { changeCarrier } from "../carrier.ts";
import { forgetFloodPlans } from "./flood.ts";
import { fdbDeleteByPort, fdbStartGc } from "./learn.ts";

const MIN_FORWARD_DELAY_NS = 2_000_000_000;
const MAX_FORWARD_DELAY_NS = 30_000_000_000;

/** br_set_state */
export function setPortState(world: World, bridge: NetDevice, device: NetDevice, state: PortState): void {
  const port = device.port as BridgePort;
  port.state = state;
  forgetFloodPlans(world, bridge.bridge as Bridge);
  kernelLog(world, bridge.netns, `${bridge.name}: port ${port.portNo}(${device.name}) entered ${state} state`);
}

/** The port has a link and its bridge is up: br_stp_enable_port. */
export function enablePort(world: World, bridge: NetDevice, device: NetDevice): void {
  setPortState(world, bridge, device, "blocking");
  portStateSelection(world, bridge);
}

/** br_stp_disable_port: what it learned is forgotten. */
export function disablePort(world: World, bridge: NetDevice, device: NetDevice): void {
  setPortState(world, bridge, device, "disabled");
  (device.port as BridgePort).forwardDelayAt_ns = 0;
  fdbDeleteByPort(world, bridge, device.id, false);
  portStateSelection(world, bridge);
}

/** The port's link came or went while its bridge may be up: br_port_carrier_check. */
export function portCarrierCheck(world: World, device: NetDevice): void {
  const bridge = world.devs[device.master as DevId] as NetDevice;
  forgetFloodPlans(world, bridge.bridge as Bridge);
  if (!bridge.up) return;
  const disabled = (device.port as BridgePort).state === "disabled";
  if (device.up && device.carrier) {
    if (disabled) enablePort(world, bridge, device);
  } else if (!disabled) disablePort(world, bridge, device);
}

/** br_port_state_selection: ports that wait begin; the bridge has carrier while a port forwards. */
export function portStateSelection(world: World, bridge: NetDevice): void {
  let live = 0;
  for (const id of (bridge.bridge as Bridge).ports) {
    const device = world.devs[id] as NetDevice;
    if ((device.port as BridgePort).state === "blocking") makeForwarding(world, bridge, device);
    if ((device.port as BridgePort).state === "forwarding") live++;
  }
  changeCarrier(world, bridge, live > 0);
}

function makeForwarding(world: World, bridge: NetDevice, device: NetDevice): void {
  const { stp, forwardDelay_ns } = bridge.bridge as Bridge;
  setPortState(world, bridge, device, !stp || forwardDelay_ns === 0 ? "forwarding" : "listening");
  if (forwardDelay_ns !== 0) startForwardDelay(world, device, forwardDelay_ns);
}

function startForwardDelay(world: World, device: NetDevice, delay_ns: number): void {
  const at_ns = world.now_ns + delay_ns;
  (device.port as BridgePort).forwardDelayAt_ns = at_ns;
  pushEvent(world.queue, at_ns, EventKind.PORT_TIMER, device.id, 0, 0);
}

/** Event PORT_TIMER: br_forward_delay_timer_expired. */
export function portTimer(world: World, id: DevId): void {
  const device = world.devs[id];
  if (!device?.port || device.port.forwardDelayAt_ns !== world.now_ns) return;
  const bridge = world.devs[device.master as DevId] as NetDevice;
  device.port.forwardDelayAt_ns = 0;
  if (device.port.state === "listening") {
    setPortState(world, bridge, device, "learning");
    startForwardDelay(world, device, (bridge.bridge as Bridge).forwardDelay_ns);
  } else if (device.port.state === "learning") {
    setPortState(world, bridge, device, "forwarding");
    changeCarrier(world, bridge, true);
  }
}

/** The bridge is set up: br_stp_enable_bridge. */
export function enableBridge(world: World, bridge: NetDevice): void {
  fdbStartGc(world, bridge);
  for (const id of (bridge.bridge as Bridge).ports) {
    const device = world.devs[id] as NetDevice;
    if (device.up && device.carrier) enablePort(world, bridge, device);
  }
}

/** The bridge is set down: br_stp_disable_bridge. */
export function disableBridge(world: World, bridge: NetDevice): void {
  const state = bridge.bridge as Bridge;
  for (const id of state.ports) {
    const device = world.devs[id] as NetDevice;
    if ((device.port as BridgePort).state !== "disabled") disablePort(world, bridge, device);
  }
  state.gcAt_ns = 0;
}

/** `brctl stp BRIDGE on|off`: br_stp_set_enabled. */
export function setStp(world: World, bridge: NetDevice, on: boolean): void {
  const state = bridge.bridge as Bridge;
  if (state.stp === on) return;
  state.stp = on;
  if (!on) return;
  const delay_ns = Math.max(state.forwardDelay_ns, MIN_FORWARD_DELAY_NS);
  state.forwardDelay_ns = Math.min(delay_ns, MAX_FORWARD_DELAY_NS);
  portStateSelection(world, bridge);
}

/** `brctl setfd BRIDGE SECONDS`. ERANGE outside of 2 to 30 s while STP is on. */
export function setForwardDelay(bridge: NetDevice, delay_ns: number): number {
  const state = bridge.bridge as Bridge;
  if (state.stp && (delay_ns < MIN_FORWARD_DELAY_NS || delay_ns > MAX_FORWARD_DELAY_NS)) return ERANGE;
  state.forwardDelay_ns = delay_ns;
  return 0;
}
