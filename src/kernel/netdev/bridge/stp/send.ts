/**
 * What a bridge says of the spanning tree, and when: br_transmit_config, br_transmit_tcn and br_topology_change_detection of
 * net/bridge/br_stp.c, and br_stp_bpdu.c. Left out: a group address of one's own, VLANs.
 */
import { framePacket } from "../../../../sim/frames.ts";
import { pushEvent } from "../../../../sim/queue.ts";
import {
  CONFIG_BPDU_LEN,
  type ConfigBpdu,
  emitConfigBpdu,
  emitTcnBpdu,
  MAC_BRIDGE_GROUP,
  TCN_BPDU_LEN,
} from "../../../../wire/bpdu.ts";
import { kernelLog } from "../../../log.ts";
import { timerExpiry } from "../../../timer.ts";
import { type Bridge, type BridgePort, EventKind, type NetDevice, type World } from "../../../types.ts";
import { makeOwnFrame } from "../../own-frame.ts";
import { wireXmit } from "../../wire-xmit.ts";
import {
  forwardDelay,
  helloTime,
  isDesignated,
  isRoot,
  maxAge,
  ownId,
  portId,
  portNumbered,
  portSpanning,
  portsOf,
  spanningOf,
} from "./select.ts";

/** `b` of a PORT_TIMER event, whose `a` is the port, or from HELLO on the bridge. */
export const StpTimer = { FORWARD_DELAY: 0, MESSAGE_AGE: 1, HOLD: 2, HELLO: 3, TCN: 4, TOPOLOGY_CHANGE: 5 } as const;
export type StpTimer = (typeof StpTimer)[keyof typeof StpTimer];

const SECOND_NS = 1e9;
/** BR_HOLD_TIME */
const HOLD_TIME_NS = SECOND_NS;
/** MESSAGE_AGE_INCR: HZ / 256, at least one jiffy. */
const MESSAGE_AGE_STEP_NS = 4_000_000;

/** Sets a timer; when it fires. */
export function armStp(world: World, device: NetDevice, timer: StpTimer, at_ns: number): number {
  const due_ns = timerExpiry(world.now_ns, at_ns);
  pushEvent(world.queue, due_ns, EventKind.PORT_TIMER, device.id, timer, 0);
  return due_ns;
}

/** round_jiffies: to a whole second, so that timers of many fire together; never to the past. */
export function wholeSecond(world: World, at_ns: number): number {
  const rest = at_ns % SECOND_NS;
  const rounded = rest < SECOND_NS / 4 ? at_ns - rest : at_ns - rest + SECOND_NS;
  return rounded <= world.now_ns ? at_ns : rounded;
}

/** br_send_bpdu: past the bridge, out of the port itself. */
function send(world: World, device: NetDevice, length: number, emit: (b: Uint8Array, at: number) => void): void {
  if (!device.up || !device.carrier) return;
  const frame = makeOwnFrame(world, device, MAC_BRIDGE_GROUP, length, length, emit);
  wireXmit(world, device, frame, framePacket(world.pool, frame));
}

/** br_transmit_config: not more than once a second; what would come sooner is remembered. */
export function transmitConfig(world: World, bridge: NetDevice, device: NetDevice): void {
  const b = bridge.bridge as Bridge;
  const port = device.port as BridgePort;
  const s = portSpanning(b, port);
  if (s.holdAt_ns !== 0) {
    s.configPending = true;
    return;
  }
  const own = spanningOf(b);
  const via = isRoot(b) ? null : portNumbered(world, b, own.rootPort);
  const config: ConfigBpdu = {
    topologyChange: own.topologyChange,
    topologyChangeAck: s.topologyChangeAck,
    root: own.root,
    rootPathCost: own.rootPathCost,
    bridge: ownId(b),
    port: portId(port),
    messageAge_ns: via?.port ? world.now_ns - portSpanning(b, via.port).sent_ns + MESSAGE_AGE_STEP_NS : 0,
    maxAge_ns: maxAge(b),
    helloTime_ns: helloTime(b),
    forwardDelay_ns: forwardDelay(b),
  };
  if (config.messageAge_ns >= config.maxAge_ns) return;
  if (b.stp) send(world, device, CONFIG_BPDU_LEN, (bytes, at) => emitConfigBpdu(bytes, at, config));
  s.topologyChangeAck = false;
  s.configPending = false;
  if (b.stp) s.holdAt_ns = armStp(world, device, StpTimer.HOLD, wholeSecond(world, world.now_ns + HOLD_TIME_NS));
}

/** br_config_bpdu_generation: on every link on which this bridge speaks. */
export function generateConfigs(world: World, bridge: NetDevice): void {
  const b = bridge.bridge as Bridge;
  for (const device of portsOf(world, b)) {
    const port = device.port as BridgePort;
    if (port.state !== "disabled" && isDesignated(b, port)) transmitConfig(world, bridge, device);
  }
}

/** br_transmit_tcn: towards the root. */
export function transmitTcn(world: World, bridge: NetDevice): void {
  const b = bridge.bridge as Bridge;
  const device = portNumbered(world, b, spanningOf(b).rootPort);
  if (device && b.stp) send(world, device, TCN_BPDU_LEN, emitTcnBpdu);
}

/** br_topology_change_detection: the root tells everybody, another tells the root. */
export function detectTopologyChange(world: World, bridge: NetDevice): void {
  const b = bridge.bridge as Bridge;
  if (!b.stp) return;
  const s = spanningOf(b);
  const root = isRoot(b);
  const how = root ? "propagating" : "sending tcn bpdu";
  kernelLog(world, bridge.netns, `${bridge.name}: topology change detected, ${how}`);
  if (root) {
    s.topologyChange = true;
    const at_ns = world.now_ns + b.forwardDelay_ns + b.maxAge_ns;
    s.topologyChangeAt_ns = armStp(world, bridge, StpTimer.TOPOLOGY_CHANGE, at_ns);
  } else if (!s.topologyChangeDetected) {
    transmitTcn(world, bridge);
    s.tcnAt_ns = armStp(world, bridge, StpTimer.TCN, world.now_ns + b.helloTime_ns);
  }
  s.topologyChangeDetected = true;
}

/** br_become_root_bridge */
export function becomeRoot(world: World, bridge: NetDevice): void {
  const s = spanningOf(bridge.bridge as Bridge);
  s.told = null;
  detectTopologyChange(world, bridge);
  s.tcnAt_ns = 0;
  if (!bridge.up) return;
  generateConfigs(world, bridge);
  startHello(world, bridge);
}

export function startHello(world: World, bridge: NetDevice): void {
  const b = bridge.bridge as Bridge;
  spanningOf(b).helloAt_ns = armStp(world, bridge, StpTimer.HELLO, world.now_ns + helloTime(b));
}
