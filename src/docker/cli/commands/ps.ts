/** docker ps: the list of containers (cli/command/formatter/container.go, daemon/list.go). */
import { goTime, humanDuration, secondsSince, unixSeconds } from "../../clock.ts";
import { findContainer } from "../../container/container.ts";
import { descends, findImage } from "../../container/images.ts";
import { shortId } from "../../ids.ts";
import { exposedPorts, publishedPorts } from "../../inspect.ts";
import { findNetwork } from "../../network/network.ts";
import type { GoStruct, GoValue } from "../../template/value.ts";
import type { Container, DockerWorld, Engine, PublishedPort } from "../../types.ts";
import { type Call, type DockerCommand, die, finish, fromDaemon, isOn, listOf, print, textOf } from "../command.ts";
import { flag } from "../flags.ts";
import { formatList } from "../table.ts";

const COLUMNS = "{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}";
const HEADERS = {
  ID: "CONTAINER ID",
  Names: "NAMES",
  Image: "IMAGE",
  Command: "COMMAND",
  CreatedAt: "CREATED AT",
  RunningFor: "CREATED",
  Ports: "PORTS",
  State: "STATE",
  Status: "STATUS",
  Size: "SIZE",
  Labels: "LABELS",
  Mounts: "MOUNTS",
  LocalVolumes: "LOCAL VOLUMES",
  Networks: "NETWORKS",
};

/** "name=value" or a complaint. */
export function checkFilter(value: string): string | null {
  return value.includes("=") ? null : "bad format of filter (expected name=value)";
}

/** Filters by name; each may have several values. */
export function filtersOf(call: Call): Record<string, string[]> {
  const out: Record<string, string[]> = {};
  for (const filter of listOf(call, "filter")) {
    const equals = filter.indexOf("=");
    const name = filter.slice(0, equals).toLowerCase().trim();
    out[name] = [...(out[name] ?? []), filter.slice(equals + 1).trim()];
  }
  return out;
}

/** Whether the labels have each "key" or "key=value". */
export function hasLabels(labels: Readonly<Record<string, string>>, wanted: readonly string[]): boolean {
  return wanted.every((w) => {
    const [key, ...value] = w.split("=");
    return labels[key as string] !== undefined && (value.length === 0 || labels[key as string] === value.join("="));
  });
}

/** A regular expression of a filter; what is none is looked for as it stands. */
export function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern).test(text);
  } catch {
    return text.includes(pattern);
  }
}

type Test = (c: Container, value: string, engine: Engine) => boolean;
const FILTERS: Readonly<Record<string, Test>> = {
  id: (c, v) => c.id.startsWith(v),
  name: (c, v) =>
    matches(
      v.replace(/^\^?\//, (s) => (s.startsWith("^") ? "^" : "")),
      c.name,
    ),
  status: (c, v) => c.status === v,
  exited: (c, v) => c.status === "exited" && c.exitCode === Number(v),
  ancestor: (c, v) => c.config.image === v || descends(findImage(c.config.image), findImage(v)),
  label: (c, v) => hasLabels(c.config.labels, [v]),
  network: (c, v, e) => Object.keys(c.endpoints).includes(findNetwork(e, v)?.name ?? v),
  publish: (c, v) =>
    publishedPorts(c).some((p) => `${p.hostPort}/${p.protocol}` === (v.includes("/") ? v : `${v}/tcp`)),
  expose: (c, v) => c.config.exposedPorts.includes(v.includes("/") ? v : `${v}/tcp`),
  before: (c, v, e) => c.serial < (findContainer(e, v)?.serial ?? -1),
  since: (c, v, e) => c.serial > (findContainer(e, v)?.serial ?? Number.POSITIVE_INFINITY),
  volume: () => false,
  health: (_, v) => v === "none",
};

function list(call: Call): Container[] | string {
  const { engine } = call.daemon;
  const filters = filtersOf(call);
  const last = isOn(call, "latest") ? 1 : Number(textOf(call, "last"));
  const all = isOn(call, "all") || last > 0 || filters.status !== undefined || filters.exited !== undefined;
  let found = Object.values(engine.containers).reverse();
  if (!all) found = found.filter((c) => c.status === "running" || c.status === "paused" || c.status === "restarting");
  for (const [name, values] of Object.entries(filters)) {
    const test = FILTERS[name];
    if (!test) return `Invalid filter '${name}'`;
    const wrong = name === "status" ? values.find((v) => !STATES.includes(v)) : undefined;
    if (wrong !== undefined) return `Invalid filter 'status=${wrong}'`;
    const every = name === "label";
    found = found.filter((c) =>
      every ? values.every((v) => test(c, v, engine)) : values.some((v) => test(c, v, engine)),
    );
  }
  return last > 0 ? found.slice(0, last) : found;
}

const STATES = ["created", "running", "paused", "restarting", "removing", "exited", "dead"];

function status(world: DockerWorld, c: Container): string {
  const since = (t_ns: number | null) => humanDuration(secondsSince(world, t_ns ?? world.now_ns));
  if (c.status === "running") return `Up ${since(c.startedAt_ns)}`;
  if (c.status === "paused") return `Up ${since(c.startedAt_ns)} (Paused)`;
  if (c.status === "restarting") return `Restarting (${c.exitCode}) ${since(c.finishedAt_ns)} ago`;
  return c.status === "created" ? "Created" : `Exited (${c.exitCode}) ${since(c.finishedAt_ns)} ago`;
}

/** Formats ports as DisplayablePorts does: neighbours with the same number on both sides become a range. */
export function displayPorts(published: readonly PublishedPort[], exposed: readonly string[]): string {
  const number = (p: { port: number }) => p.port;
  const bare = exposed
    .filter((e) => !published.some((p) => `${p.port}/${p.protocol}` === e))
    .map((e) => ({ hostIp: "", hostPort: 0, port: Number(e.split("/")[0]), protocol: e.split("/")[1] as string }));
  const ports = [...bare, ...published].sort(
    (x, y) =>
      number(x) - number(y) || (x.hostIp < y.hostIp ? -1 : Number(x.hostIp > y.hostIp)) || x.hostPort - y.hostPort,
  );
  const groups = new Map<string, [number, number]>();
  const result: string[] = [];
  const mappings: string[] = [];
  const show = (key: string, [first, last]: [number, number]) => {
    const [ip, protocol] = key.split("|");
    const span = first === last ? `${first}` : `${first}-${last}`;
    result.push(`${ip === "" ? "" : `${ip}:${span}->`}${span}/${protocol}`);
  };
  for (const p of ports) {
    if (p.hostIp !== "" && p.hostPort !== p.port) {
      mappings.push(`${p.hostIp}:${p.hostPort}->${p.port}/${p.protocol}`);
      continue;
    }
    const key = `${p.hostIp}|${p.protocol}`;
    const group = groups.get(key);
    if (group && p.port === group[1] + 1) {
      group[1] = p.port;
      continue;
    }
    if (group) show(key, group);
    groups.set(key, [p.port, p.port]);
  }
  for (const [key, group] of groups) show(key, group);
  return [...result, ...mappings].join(", ");
}

function quoteCommand(c: Container, truncate: boolean): string {
  const command = [...(c.config.entrypoint ?? []), ...(c.config.cmd ?? [])]
    .map((a) => (a.includes(" ") ? `'${a}'` : a))
    .join(" ");
  const short = command.length > 20 ? `${command.slice(0, 19)}…` : command;
  return JSON.stringify(truncate ? short : command);
}

/** What stands in a container's own layer. */
export function writtenBytes(c: Container): number {
  const { written_bytes = 0 } = findImage(c.config.image) ?? {};
  return c.startedAt_ns === null ? 0 : written_bytes;
}

function row(call: Call, c: Container): GoStruct {
  const { world } = call.daemon;
  const truncate = !isOn(call, "no-trunc");
  const created = unixSeconds(world, c.created_ns);
  const labels = c.config.labels;
  const label = (name: GoValue) => labels[name as string] ?? "";
  return {
    Command: quoteCommand(c, truncate),
    CreatedAt: goTime(created),
    ID: truncate ? shortId(c.id) : c.id,
    Image: c.config.image,
    Labels: Object.entries(labels)
      .map(([k, v]) => `${k}=${v}`)
      .join(","),
    LocalVolumes: "0",
    Mounts: "",
    Names: c.name,
    // The order of a Go map that was filled from sorted JSON: this one, seven times in eight.
    Networks: Object.keys(c.endpoints).sort().join(","),
    Ports: c.sandbox?.own ? displayPorts(publishedPorts(c), exposedPorts(call.daemon.engine, c)) : "",
    RunningFor: `${humanDuration(unixSeconds(world, world.now_ns) - created)} ago`,
    Size: `${writtenBytes(c)}B (virtual 300MB)`,
    State: c.status,
    Status: status(world, c),
    Label: label,
  };
}

export const PS: DockerCommand = {
  path: "ps",
  use: "ps [OPTIONS]",
  short: "List containers",
  args: { min: 0, max: 0 },
  flags: [
    flag("all|a", "bool", "Show all containers (default shows just running)"),
    flag("filter|f", "list", "Filter output based on conditions provided", { shows: " filter", check: checkFilter }),
    flag("format", "string", "Pretty-print containers using a Go template"),
    flag("last|n", "int", "Show n last created containers (includes all states)", { default: "-1" }),
    flag("latest|l", "bool", "Show the latest created container (includes all states)"),
    flag("no-trunc", "bool", "Don't truncate output"),
    flag("quiet|q", "bool", "Only display container IDs"),
    flag("size|s", "bool", "Display total file sizes"),
  ],
  run(call) {
    const containers = list(call);
    if (typeof containers === "string") return die(call, fromDaemon(containers));
    const result = formatList(
      {
        format: textOf(call, "format"),
        quiet: isOn(call, "quiet"),
        columns: isOn(call, "size") ? `${COLUMNS}\t{{.Size}}` : COLUMNS,
        headers: HEADERS,
        typeName: "*formatter.ContainerContext",
      },
      containers.map((c) => row(call, c)),
    );
    if ("error" in result) return die(call, result.error);
    print(call, result.text);
    finish(call);
  },
};
