/** docker logs and docker port. */

import { rfc3339 } from "../../clock.ts";
import { findContainer } from "../../container/container.ts";
import { inspectPorts } from "../../inspect.ts";
import { formatValue, type GoStruct } from "../../template/value.ts";
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

/** How often `docker logs -f` looks for something new. */
const FOLLOW_NS = 100_000_000;

/** What was written, cut into lines. */
function linesOf(container: Container): LogLine[] {
  return container.log.flatMap(({ t_ns, fd, text }) =>
    (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).map((line) => ({ t_ns, fd, text: line })),
  );
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
  const lines = linesOf(container);
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
    const count = linesOf(container).length;
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
    for (const [port, bindings] of ports) {
      for (const binding of (bindings ?? []) as readonly GoStruct[]) print(call, `${port} -> ${address(binding)}\n`);
    }
    finish(call);
  },
};
