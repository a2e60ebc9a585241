/** A pod that joins a Calico network: the lines that a CNI plugin would carry out, typed into the host's terminal. */
import type { NodeId, NodeView } from "../../protocol/view.ts";
import { cniJoin, shareOf } from "../../scenes/cni/plan.ts";
import { freeName } from "../canvas/gestures/commands.ts";
import { isLocked } from "../store/locks.ts";
import { notify } from "../store/notices.ts";
import { worldStore } from "../store/stores.ts";
import { membersOf } from "./members.ts";
import { runLines } from "./run-lines.ts";

/** Addresses of a share of 64 that pods can have: not the first, which IPIP's tunnel has, nor the last. */
const FIRST_POD = 2;
const LAST_POD = 62;

/** The next address of the host's share to which no route leads yet; null when all are taken. */
export function freePodAddress(host: NodeView, prefix: string): string | null {
  const taken = new Set(host.routes.map(({ destination }) => destination.replace("/32", "")));
  for (let last = FIRST_POD; last <= LAST_POD; last++) if (!taken.has(`${prefix}${last}`)) return `${prefix}${last}`;
  return null;
}

/** Runs an image on a host of a Calico network as a pod of it. */
export async function joinCalico(machine: NodeId, image: string): Promise<void> {
  if (isLocked("topology")) return notify("note", (t) => t.canvas.locked);
  const { nodes } = worldStore.getState();
  const host = nodes[machine];
  const member = membersOf(nodes).find(({ node, kind }) => node === machine && kind.startsWith("calico"));
  if (host === undefined || member === undefined) return;
  if (host.busy) return notify("note", (t) => t.canvas.busy(host.name));
  const address = freePodAddress(host, shareOf(member.kind, member.place).prefix);
  if (address === null) return notify("note", (t) => t.networks.shareFull(host.name));
  const names = Object.values(nodes).flatMap((node) => (node.machine === machine ? [node.name] : []));
  const pod = { name: freeName(image, names), image, address };
  const outcome = await runLines(cniJoin(member.kind, host.name, pod));
  if (outcome.type === "away") notify("note", (t) => t.notice.away(host.name));
  else if (outcome.type === "stopped") notify("note", (t) => t.networks.stopped(host.name));
  else if (outcome.type === "failed") notify("error", (t) => t.networks.lineFailed(host.name, outcome.words));
}
