// What is random on a real machine, looked up there instead of copied: ids, veth names, bridges' names, process numbers.
import type { TerminalChunk } from "../../../protocol/messages.ts";
import type { NodeId, NodeView } from "../../../protocol/view.ts";
import type { Device } from "../../store/stores.ts";

export interface RealNames {
  /** Name of a container, or of one that is gone; null for a machine or what nobody knows. */
  readonly containerName: (node: NodeId) => string | null;
  /** The line with what is random looked up. */
  readonly inLine: (line: string) => string;
}

export interface Known {
  /** At the moment up to which the script goes. */
  readonly nodes: readonly NodeView[];
  /** With those that are gone. */
  readonly devices: readonly Device[];
  /** Where removed containers were named. */
  readonly chunks: readonly TerminalChunk[];
}

export function realNames({ nodes, devices, chunks }: Known): RealNames {
  const containers = nodes.filter((node) => node.container !== null);
  const byId = new Map(containers.map((node) => [node.container!.id, node.name]));
  for (const [id, name] of namesOfRuns(chunks)) if (!byId.has(id)) byId.set(id, name);
  const containerName = (node: NodeId) => {
    const short = node.split("/")[1];
    const found = short === undefined ? undefined : [...byId].find(([id]) => id.startsWith(short));
    return found?.[1] ?? null;
  };
  const words = new Map<string, string>([...vethWords(devices, containerName), ...bridgeWords(nodes)]);
  const pids = new Map(containers.map((node) => [String(node.container!.pid), pidOf(node.name)]));
  return {
    containerName,
    inLine: (line) =>
      line
        .replace(/(?<![\w:.-])[0-9a-f]{4,64}(?![\w:.-])/g, (word) => nameById(byId, word) ?? word)
        .replace(/(?<![\w-])(?:veth|br-)[0-9a-f]+(?![\w-])/g, (word) => words.get(word) ?? word)
        .replace(/(-t\s*|\/proc\/|netns\s+)(\d+)(?!\d)/g, (all, before: string, pid: string) => {
          const found = pids.get(pid);
          return found === undefined ? all : before + found;
        }),
  };
}

function pidOf(name: string): string {
  return `$(docker inspect -f '{{.State.Pid}}' ${name})`;
}

function nameById(byId: ReadonlyMap<string, string>, word: string): string | undefined {
  const found = [...byId].filter(([id]) => id.startsWith(word));
  return found.length === 1 ? found[0]![1] : undefined;
}

/** `docker run -d --name NAME …` answers with the id. */
function namesOfRuns(chunks: readonly TerminalChunk[]): [string, string][] {
  const found: [string, string][] = [];
  const asked = new Map<NodeId, string>();
  for (const chunk of chunks) {
    const id = /^([0-9a-f]{64})\s*$/.exec(chunk.text)?.[1];
    const name = asked.get(chunk.node);
    if (chunk.kind === "input")
      asked.set(chunk.node, /\bdocker (?:run|create)\b.*--name[ =](\S+)/.exec(chunk.text)?.[1] ?? "");
    else if (id !== undefined && name !== undefined && name !== "") found.push([id, name]);
  }
  return found;
}

/** The host's end of a container's interface. */
function vethWords(devices: readonly Device[], nameOf: RealNames["containerName"]): [string, string][] {
  const byDev = new Map(devices.map((device) => [device.link.dev, device]));
  return devices.flatMap(({ link, node }): [string, string][] => {
    const name = nameOf(node);
    const end = link.peer === null ? undefined : byDev.get(link.peer);
    return name === null || end === undefined || end.node.includes("/")
      ? []
      : [[end.link.name, `$(veth_of ${name} ${link.name})`]];
  });
}

/** The bridge of a network that a container is on. */
function bridgeWords(nodes: readonly NodeView[]): [string, string][] {
  const links = new Map(nodes.flatMap((node) => node.links.map((link) => [link.dev, link] as const)));
  return nodes.flatMap((node): [string, string][] => {
    const network = node.container?.networkMode ?? "";
    const peer = node.links.map((link) => links.get(link.peer ?? -1)).find((end) => end !== undefined);
    const bridge = links.get(peer?.master ?? -1)?.name ?? "";
    return bridge.startsWith("br-") && !/[: ]/.test(network) ? [[bridge, `$(bridge_of ${network})`]] : [];
  });
}
