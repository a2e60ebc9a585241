/** docker logs and docker port. */

import { rfc3339 } from "../../clock.ts";
import { findContainer } from "../../container/container.ts";
import { inspectPorts } from "../../inspect.ts";
import { formatValue, type GoStruct, sortedEntries } from "../../template/value.ts";
import type { Container, LogLine } from "../../types.ts";
import {
  argument,
  type Call,
  type DockerCommand,
  die,
  finish,
  isOn,
  later,
  print,
  printError,
  textOf,
} from "../command.ts";
import { flag } from "../flags.ts";
import { parseMoment } from "../moment.ts";

/** How often `docker logs -f` looks for something new. */
const FOLLOW_NS = 100_000_000;

/** What was written between --since and --until, cut into lines. */
function linesOf(call: Call, container: Container): LogLine[] {
  const [since, until] = call.state.moments;
  return container.log
    .filter(({ t_ns }) => t_ns >= (since ?? 0) && t_ns <= (until ?? Number.POSITIVE_INFINITY))
    .flatMap(({ t_ns, fd, text }) => (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).map((line) => ({ t_ns, fd, text: line })));
}

function show(call: Call, lines: readonly LogLine[]): void {
  for (const { t_ns, fd, text } of lines) {
    const stamp = isOn(call, "timestamps") ? `${rfc3339(call.daemon.world, t_ns)} ` : "";
    if (fd === 1) print(call, stamp + text);
    else printError(call, stamp + text);
  }
}

/** Prints from line `from` on; then ends or comes back. */
function printFrom(call: Call, container: Container, from: number): void {
  const lines = linesOf(call, container);
  show(call, lines.slice(from));
  call.state.container = container.id;
  call.state.number = lines.length;
  if (isOn(call, "follow") && container.status === "running") later(call, "follow", FOLLOW_NS);
  else finish(call);
}

export const LOGS: DockerCommand = {
  path: "logs",
  use: "logs [OPTIONS] CONTAINER",
  short: "Fetch the logs of a container",
  args: { min: 1, max: 1 },
  flags: [
    flag("details", "bool", "Show extra details provided to logs"),
    flag("follow|f", "bool", "Follow log output"),
    flag(
      "since",
      "string",
      "Show logs since timestamp (e.g. 2013-01-02T13:23:37Z) or relative (e.g. 42m for 42 minutes)",
    ),
    flag("tail|n", "string", "Number of lines to show from the end of the logs", { default: "all" }),
    flag("timestamps|t", "bool", "Show timestamps"),
    flag(
      "until",
      "string",
      "Show logs before a timestamp (e.g. 2013-01-02T13:23:37Z) or relative (e.g. 42m for 42 minutes)",
    ),
  ],
  run(call) {
    const name = argument(call, 0);
    const container = findContainer(call.daemon.engine, name);
    if (!container) return die(call, `Error: No such container: ${name}`);
    const tail = textOf(call, "tail");
    for (const [i, which] of (["since", "until"] as const).entries()) {
      const text = textOf(call, which);
      const moment = text === "" ? null : parseMoment(call.daemon.world, text, call.daemon.world.now_ns);
      if (typeof moment === "string") return die(call, `invalid value for ${JSON.stringify(which)}: ${moment}`);
      call.state.moments[i] = moment;
    }
    const count = linesOf(call, container).length;
    printFrom(call, container, /^\d+$/.test(tail) ? Math.max(0, count - Number(tail)) : 0);
  },
  resume(call, why) {
    const container = call.daemon.engine.containers[call.state.container];
    if (why.type === "signal") finish(call, 130);
    else if (container) printFrom(call, container, call.state.number);
    else finish(call);
  },
};

export const PORT: DockerCommand = {
  path: "port",
  use: "port CONTAINER [PRIVATE_PORT[/PROTO]]",
  short: "List port mappings or a specific mapping for the container",
  args: { min: 1, max: 2 },
  flags: [],
  run(call) {
    const name = argument(call, 0);
    const container = findContainer(call.daemon.engine, name);
    if (!container) return die(call, `Error: No such container: ${name}`);
    const ports = inspectPorts(call.daemon.engine, container);
    const address = (p: GoStruct) => `${formatValue(p.HostIp ?? null)}:${formatValue(p.HostPort ?? null)}`;
    const wanted = call.args[1];
    if (wanted !== undefined) {
      const [port = "", protocol = "tcp"] = wanted.split("/");
      if (!/^\d+$/.test(port)) return die(call, `strconv.ParseUint: parsing ${JSON.stringify(port)}: invalid syntax`);
      const bindings = ports.get(`${port}/${protocol || "tcp"}`) as readonly GoStruct[] | null | undefined;
      if (!bindings) return die(call, `Error: No public port '${port}/${protocol}' published for ${name}`);
      for (const binding of bindings) print(call, `${address(binding)}\n`);
      return finish(call);
    }
    // Go walks a small map in the order in which it was filled, most often: that of the daemon's JSON.
    for (const [port, bindings] of sortedEntries(ports)) {
      for (const binding of (bindings ?? []) as readonly GoStruct[]) print(call, `${port} -> ${address(binding)}\n`);
    }
    finish(call);
  },
};
