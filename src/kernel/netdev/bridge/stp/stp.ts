/**
 * The states of bridge ports and the spanning tree: net/bridge/br_stp.c, br_stp_if.c and br_stp_timer.c. With STP off a port
 * forwards as soon as it has a link; with STP on it first listens and learns, for the forward delay each, and is blocked where
 * another bridge has the better way to the root. Left out: a helper in user space, BPDU guard, fast leave.
 */
import { DropReason, TraceKind } from "../../../../base/trace-kind.ts";
import { frameLength, frameStart, releaseFrame } from "../../../../sim/frames.ts";
import { pushEvent } from "../../../../sim/queue.ts";
import type { Mac } from "../../../../wire/address.ts";
import { type ConfigBpdu, MAC_BRIDGE_GROUP, parseBpdu } from "../../../../wire/bpdu.ts";
import { getMac } from "../../../../wire/bytes.ts";
import { ETH_HLEN } from "../../../../wire/ethernet.ts";
import { dropFrame } from "../../../drop.ts";
import { ERANGE } from "../../../errno.ts";
import { kernelLog } from "../../../log.ts";
import { record } from "../../../record.ts";
import { wholeJiffies } from "../../../timer.ts";
import {
  type Bridge,
  type BridgePort,
  type DevId,
  EventKind,
  type NetDevice,
  type PortState,
  type World,
} from "../../../types.ts";
import { changeCarrier } from "../../carrier.ts";
import { forgetFloodPlans } from "../flood.ts";
import { fdbDeleteByPort, fdbStartGc } from "../learn.ts";
import {
  becomeDesignated,
  compareIds,
  forwardDelay,
  helloTime,
  isDesignated,
  isRoot,
  ownId,
  portId,
  portSpanning,
  portsOf,
  spanningOf,
  supersedes,
  updateConfiguration,
} from "./select.ts";
import {
  armStp,
  becomeRoot,
  detectTopologyChange,
  generateConfigs,
  StpTimer,
  startHello,
  transmitConfig,
  transmitTcn,
  wholeSecond,
} from "./send.ts";

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
  beginAnew(bridge.bridge as Bridge, device.port as BridgePort);
  setPortState(world, bridge, device, "blocking");
  portStateSelection(world, bridge);
}

/** Nothing is known of the link, and nothing is owed to it. */
function beginAnew(b: Bridge, port: BridgePort): void {
  if (b.spanning === null) return;
  const s = becomeDesignated(b, port);
  s.topologyChangeAck = false;
  s.configPending = false;
}

/** br_stp_disable_port: what it learned is forgotten. */
export function disablePort(world: World, bridge: NetDevice, device: NetDevice): void {
  const b = bridge.bridge as Bridge;
  const port = device.port as BridgePort;
  const wasRoot = isRoot(b);
  beginAnew(b, port);
  setPortState(world, bridge, device, "disabled");
  port.forwardDelayAt_ns = 0;
  if (port.spanning) port.spanning.messageAgeAt_ns = port.spanning.holdAt_ns = 0;
  fdbDeleteByPort(world, bridge, device.id, false);
  reconsider(world, bridge, wasRoot);
}

/** Elections and their consequences, after something has changed. */
function reconsider(world: World, bridge: NetDevice, wasRoot: boolean): void {
  const b = bridge.bridge as Bridge;
  if (b.spanning !== null) updateConfiguration(world, b);
  portStateSelection(world, bridge);
  if (isRoot(b) && !wasRoot) becomeRoot(world, bridge);
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
  const b = bridge.bridge as Bridge;
  let live = 0;
  for (const device of portsOf(world, b)) {
    const port = device.port as BridgePort;
    if (port.state !== "disabled") selectState(world, bridge, device, port);
    if (port.state === "forwarding") live++;
  }
  changeCarrier(world, bridge, live > 0);
}

function selectState(world: World, bridge: NetDevice, device: NetDevice, port: BridgePort): void {
  const b = bridge.bridge as Bridge;
  if (b.spanning === null) return makeForwarding(world, bridge, device);
  const s = portSpanning(b, port);
  const isRootPort = port.portNo === b.spanning.rootPort;
  const speaks = !isRootPort && isDesignated(b, port);
  if (speaks) s.messageAgeAt_ns = 0;
  else s.configPending = s.topologyChangeAck = false;
  if (speaks || isRootPort) makeForwarding(world, bridge, device);
  else makeBlocking(world, bridge, device);
}

function makeForwarding(world: World, bridge: NetDevice, device: NetDevice): void {
  const b = bridge.bridge as Bridge;
  if ((device.port as BridgePort).state !== "blocking") return;
  const delay_ns = forwardDelay(b);
  const atOnce = !b.stp || delay_ns === 0;
  setPortState(world, bridge, device, atOnce ? "forwarding" : "listening");
  if (atOnce) detectTopologyChange(world, bridge);
  if (delay_ns !== 0) startForwardDelay(world, device, delay_ns);
}

/** br_make_blocking */
function makeBlocking(world: World, bridge: NetDevice, device: NetDevice): void {
  const port = device.port as BridgePort;
  if (port.state === "blocking") return;
  if (port.state === "forwarding" || port.state === "learning") detectTopologyChange(world, bridge);
  setPortState(world, bridge, device, "blocking");
  port.forwardDelayAt_ns = 0;
}

function startForwardDelay(world: World, device: NetDevice, delay_ns: number): void {
  const at_ns = world.now_ns + delay_ns;
  (device.port as BridgePort).forwardDelayAt_ns = at_ns;
  pushEvent(world.queue, at_ns, EventKind.PORT_TIMER, device.id, StpTimer.FORWARD_DELAY, 0);
}

/** Event PORT_TIMER. */
export function stpTimer(world: World, id: DevId, timer: number): void {
  const device = world.devs[id];
  if (device?.bridge && timer >= StpTimer.HELLO) return bridgeTimer(world, device, device.bridge, timer);
  if (!device?.port || timer >= StpTimer.HELLO) return;
  const bridge = world.devs[device.master as DevId] as NetDevice;
  const { port } = device;
  if (timer === StpTimer.FORWARD_DELAY && port.forwardDelayAt_ns === world.now_ns) {
    return forwardDelayOver(world, bridge, device, port);
  }
  const s = port.spanning;
  if (timer === StpTimer.HOLD && s?.holdAt_ns === world.now_ns) {
    s.holdAt_ns = 0;
    if (s.configPending) transmitConfig(world, bridge, device);
  } else if (timer === StpTimer.MESSAGE_AGE && s?.messageAgeAt_ns === world.now_ns) {
    s.messageAgeAt_ns = 0;
    if (port.state === "disabled") return;
    const wasRoot = isRoot(bridge.bridge as Bridge);
    becomeDesignated(bridge.bridge as Bridge, port);
    reconsider(world, bridge, wasRoot);
  }
}

/** br_forward_delay_timer_expired */
function forwardDelayOver(world: World, bridge: NetDevice, device: NetDevice, port: BridgePort): void {
  const b = bridge.bridge as Bridge;
  port.forwardDelayAt_ns = 0;
  if (port.state === "listening") {
    setPortState(world, bridge, device, "learning");
    startForwardDelay(world, device, forwardDelay(b));
  } else if (port.state === "learning") {
    setPortState(world, bridge, device, "forwarding");
    if (portsOf(world, b).some((one) => isDesignated(b, one.port as BridgePort))) detectTopologyChange(world, bridge);
    changeCarrier(world, bridge, true);
  }
}

function bridgeTimer(world: World, bridge: NetDevice, b: Bridge, timer: number): void {
  const s = b.spanning;
  if (s === null || !bridge.up) return;
  if (timer === StpTimer.HELLO && s.helloAt_ns === world.now_ns) {
    s.helloAt_ns = 0;
    generateConfigs(world, bridge);
    const at_ns = wholeSecond(world, world.now_ns + helloTime(b));
    if (b.stp) s.helloAt_ns = armStp(world, bridge, StpTimer.HELLO, at_ns);
  } else if (timer === StpTimer.TCN && s.tcnAt_ns === world.now_ns) {
    s.tcnAt_ns = 0;
    if (isRoot(b)) return;
    transmitTcn(world, bridge);
    s.tcnAt_ns = armStp(world, bridge, StpTimer.TCN, world.now_ns + b.helloTime_ns);
  } else if (timer === StpTimer.TOPOLOGY_CHANGE && s.topologyChangeAt_ns === world.now_ns) {
    s.topologyChangeAt_ns = 0;
    s.topologyChangeDetected = s.topologyChange = false;
  }
}

/** The bridge is set up: br_stp_enable_bridge. */
export function enableBridge(world: World, bridge: NetDevice): void {
  const b = bridge.bridge as Bridge;
  fdbStartGc(world, bridge);
  if (b.stp) {
    startHello(world, bridge);
    generateConfigs(world, bridge);
  }
  for (const device of portsOf(world, b)) if (device.up && device.carrier) enablePort(world, bridge, device);
}

/** The bridge is set down: br_stp_disable_bridge. */
export function disableBridge(world: World, bridge: NetDevice): void {
  const b = bridge.bridge as Bridge;
  for (const device of portsOf(world, b)) {
    if ((device.port as BridgePort).state !== "disabled") disablePort(world, bridge, device);
  }
  b.gcAt_ns = 0;
  const s = b.spanning;
  if (s === null) return;
  s.topologyChange = s.topologyChangeDetected = false;
  s.helloAt_ns = s.tcnAt_ns = s.topologyChangeAt_ns = 0;
}

/** `brctl stp BRIDGE on|off`: br_stp_set_enabled. */
export function setStp(world: World, bridge: NetDevice, on: boolean): void {
  const b = bridge.bridge as Bridge;
  if (b.stp === on) return;
  b.stp = on;
  if (!on) return;
  const delay_ns = Math.max(b.forwardDelay_ns, MIN_FORWARD_DELAY_NS);
  b.forwardDelay_ns = Math.min(delay_ns, MAX_FORWARD_DELAY_NS);
  spanningOf(b);
  if (bridge.up) startHello(world, bridge);
  portStateSelection(world, bridge);
}

/** `brctl setfd BRIDGE SECONDS`. ERANGE outside of 2 to 30 s while STP is on. */
export function setForwardDelay(bridge: NetDevice, delay_ns: number): number {
  const state = bridge.bridge as Bridge;
  if (state.stp && (delay_ns < MIN_FORWARD_DELAY_NS || delay_ns > MAX_FORWARD_DELAY_NS)) return ERANGE;
  state.forwardDelay_ns = wholeJiffies(delay_ns);
  return 0;
}

/** The bridge gets another id: br_stp_change_bridge_id, br_stp_set_bridge_priority. */
export function changeOwnId(world: World, bridge: NetDevice, priority: number, mac: Mac): void {
  const b = bridge.bridge as Bridge;
  const wasRoot = isRoot(b);
  const before = ownId(b);
  b.priority = priority;
  b.idMac = mac;
  for (const { port } of portsOf(world, b)) {
    const s = port?.spanning;
    if (s && compareIds(s.bridge, before) === 0) s.bridge = ownId(b);
    if (s && compareIds(s.root, before) === 0) s.root = ownId(b);
  }
  reconsider(world, bridge, wasRoot);
}

/** br_stp_set_port_priority */
export function setPortId(world: World, bridge: NetDevice, port: BridgePort, priority: number): void {
  const b = bridge.bridge as Bridge;
  const spoke = isDesignated(b, port);
  port.priority = priority;
  if (b.spanning === null) return;
  const s = portSpanning(b, port);
  if (spoke) s.port = portId(port);
  if (compareIds(s.bridge, ownId(b)) !== 0 || portId(port) >= s.port) return;
  becomeDesignated(b, port);
  portStateSelection(world, bridge);
}

/**
 * A frame of 802.2 came in by a port: br_stp_rcv. Consumes it if it is a BPDU; false: it is something else.
 * @param packet identity of this copy
 */
export function bpduReceive(world: World, device: NetDevice, frame: number, packet: number): boolean {
  const { bytes } = world.pool;
  const at = frameStart(world.pool, frame);
  const read = parseBpdu(bytes, at + ETH_HLEN, frameLength(world.pool, frame) - ETH_HLEN);
  if (!read.ok || getMac(bytes, at) !== MAC_BRIDGE_GROUP) return false;
  const bridge = world.devs[device.master as DevId] as NetDevice;
  const port = device.port as BridgePort;
  if (!(bridge.bridge as Bridge).stp || !bridge.up || port.state === "disabled") {
    dropFrame(world, device.id, frame, packet, DropReason.BRIDGE_INGRESS_STP_STATE);
    return true;
  }
  record(world, TraceKind.DELIVER, device.id, packet, frame, -1, -1);
  releaseFrame(world.pool, frame);
  if (read.value !== null) configReceived(world, bridge, device, port, read.value);
  else if (isDesignated(bridge.bridge as Bridge, port)) tcnReceived(world, bridge, device, port);
  return true;
}

/** br_received_config_bpdu */
function configReceived(
  world: World,
  bridge: NetDevice,
  device: NetDevice,
  port: BridgePort,
  config: ConfigBpdu,
): void {
  const b = bridge.bridge as Bridge;
  const own = spanningOf(b);
  const wasRoot = isRoot(b);
  if (!supersedes(b, port, config)) {
    if (isDesignated(b, port)) transmitConfig(world, bridge, device);
    return;
  }
  const s = portSpanning(b, port);
  const { root, rootPathCost: cost, bridge: speaker, port: number } = config;
  Object.assign(s, { root, cost, bridge: speaker, port: number, sent_ns: world.now_ns - config.messageAge_ns });
  const left_ns = config.maxAge_ns - config.messageAge_ns;
  s.messageAgeAt_ns = armStp(world, device, StpTimer.MESSAGE_AGE, world.now_ns + left_ns);
  updateConfiguration(world, b);
  portStateSelection(world, bridge);
  if (!isRoot(b) && wasRoot) {
    own.helloAt_ns = 0;
    if (own.topologyChangeDetected) {
      own.topologyChangeAt_ns = 0;
      transmitTcn(world, bridge);
      own.tcnAt_ns = armStp(world, bridge, StpTimer.TCN, world.now_ns + b.helloTime_ns);
    }
  }
  if (port.portNo !== own.rootPort) return;
  const { maxAge_ns, helloTime_ns, forwardDelay_ns } = config;
  own.told = { maxAge_ns, helloTime_ns, forwardDelay_ns };
  own.topologyChange = config.topologyChange;
  generateConfigs(world, bridge);
  if (!config.topologyChangeAck) return;
  own.topologyChangeDetected = false;
  own.tcnAt_ns = 0;
}

/** br_received_tcn_bpdu */
function tcnReceived(world: World, bridge: NetDevice, device: NetDevice, port: BridgePort): void {
  kernelLog(world, bridge.netns, `${bridge.name}: port ${port.portNo}(${device.name}) received tcn bpdu`);
  detectTopologyChange(world, bridge);
  portSpanning(bridge.bridge as Bridge, port).topologyChangeAck = true;
  transmitConfig(world, bridge, device);
}
