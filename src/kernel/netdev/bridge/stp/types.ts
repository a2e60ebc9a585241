/** What a bridge and its ports know of the spanning tree: the part of net_bridge and net_bridge_port that br_stp.c keeps. */
import type { BridgeId } from "../../../../wire/bpdu.ts";

export interface Spanning {
  /** designated_root, and by which port (its number, 0: it is this bridge) and at what cost. */
  root: BridgeId;
  rootPort: number;
  rootPathCost: number;
  /** What the root has told; null: this bridge is the root, its own settings are in force. */
  told: { maxAge_ns: number; helloTime_ns: number; forwardDelay_ns: number } | null;
  topologyChange: boolean;
  topologyChangeDetected: boolean;
  /** When timers fire; 0 while they don't run. They guard against stale events. */
  helloAt_ns: number;
  tcnAt_ns: number;
  topologyChangeAt_ns: number;
}

export interface PortSpanning {
  /** The best that was heard on the link, or said there: designated_root, designated_cost, designated_bridge, designated_port. */
  root: BridgeId;
  cost: number;
  bridge: BridgeId;
  port: number;
  /** designated_age: when the root sent it. */
  sent_ns: number;
  topologyChangeAck: boolean;
  configPending: boolean;
  messageAgeAt_ns: number;
  holdAt_ns: number;
}
