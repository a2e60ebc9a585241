/** docker events: what dockerd has told, and tells from now on. */
import { rfc3339, unixSeconds } from "../../clock.ts";
import { compileTemplate, executeTemplate } from "../../template/execute.ts";
import type { Template } from "../../template/parser.ts";
import { type GoStruct, hiding } from "../../template/value.ts";
import type { DockerEvent, DockerWorld } from "../../types.ts";
import { type Call, type DockerCommand, die, finish, given, later, listOf, print, textOf } from "../command.ts";
import { flag } from "../flags.ts";
import { parseMoment } from "../moment.ts";
import { hasLabels } from "./ps.ts";

/** How often it looks for something new. */
const FOLLOW_NS = 100_000_000;

/** events.Message: what containers have besides is older than the rest, and small in JSON. */
function message(world: DockerWorld, event: DockerEvent): GoStruct {
  const { type, action, id, attributes } = event;
  const isContainer = type === "container";
  const from = isContainer ? (attributes.image ?? "") : "";
  const old: GoStruct = isContainer ? { status: action, id, from } : {};
  const actor = { ID: id, Attributes: new Map(Object.entries(attributes)) };
  const time = { time: unixSeconds(world, event.t_ns), timeNano: world.bootTime_s * 1e9 + event.t_ns };
  const json: GoStruct = { ...old, Type: type, Action: action, Actor: actor, scope: "local", ...time };
  const fields = {
    Status: isContainer ? action : "",
    ID: isContainer ? id : "",
    From: from,
    Type: type,
    Action: action,
    Actor: actor,
    Scope: "local",
    Time: time.time,
    TimeNano: time.timeNano,
  };
  return hiding(fields, "MarshalJSON", () => json);
}

/** A line of the log: "2026-11-21T08:00:01.500000000Z network connect ID (container=ID, name=bridge, type=bridge)". */
function plain(world: DockerWorld, { t_ns, type, action, id, attributes }: DockerEvent): string {
  const [seconds = "", fraction = ""] = rfc3339(world, t_ns).replace("Z", "").split(".");
  const pairs = Object.entries(attributes)
    .map(([key, value]) => `${key}=${value}`)
    .sort();
  return `${seconds}.${fraction.padEnd(9, "0")}Z ${type} ${action} ${id} (${pairs.join(", ")})`;
}

/** daemon/events/filter.go. Filters that it doesn't know count for nothing. */
function isWanted(filters: readonly string[], event: DockerEvent): boolean {
  const valuesOf = (key: string) => filters.filter((f) => f.startsWith(`${key}=`)).map((f) => f.slice(key.length + 1));
  const some = (key: string, test: (value: string) => boolean) => {
    const values = valuesOf(key);
    return values.length === 0 || values.some(test);
  };
  const { type, action, id, attributes } = event;
  const isNamed = (value: string) => id.startsWith(value) || (attributes.name ?? "").startsWith(value);
  const ofExec = valuesOf("event").some((v) => v === "exec_create" || v === "exec_start");
  return (
    some("event", (v) => (ofExec ? action.startsWith(v) : action === v)) &&
    some("type", (v) => type === v) &&
    some("container", isNamed) &&
    some("network", isNamed) &&
    some("image", (v) => attributes.image === v || attributes.image?.split(":")[0] === v) &&
    some("scope", (v) => v === "local") &&
    valuesOf("label").every((v) => hasLabels(attributes, [v]))
  );
}

/** The template, tried on an empty message as the client does; null for none, or what is wrong. */
function templateOf(call: Call): Template | null | string {
  const source = textOf(call, "format");
  if (source === "") return null;
  const compiled = compileTemplate(source);
  if (!compiled.ok) return `Error parsing format: ${compiled.error}`;
  const empty = message(call.daemon.world, { t_ns: 0, type: "network", action: "", id: "", attributes: {} });
  const tried = executeTemplate(compiled.template, empty, { typeName: "*events.Message", mode: "typed" });
  return tried.ok ? compiled.template : `Error parsing format: ${tried.error}`;
}

/** Prints what lies between --since and --until and comes back for more, or ends. */
function show(call: Call): void {
  const { world, engine } = call.daemon;
  const template = templateOf(call);
  if (typeof template === "string") return die(call, template, 64);
  const { state } = call;
  const [since, until] = state.moments;
  const first = engine.eventCount - engine.events.length;
  for (; state.number < engine.eventCount; state.number++) {
    const event = engine.events[state.number - first];
    if (!event || event.t_ns < (since ?? 0) || event.t_ns > (until ?? Number.POSITIVE_INFINITY)) continue;
    if (!isWanted(listOf(call, "filter"), event)) continue;
    const options = { typeName: "*events.Message", mode: "typed" } as const;
    const shown = template === null ? null : executeTemplate(template, message(world, event), options);
    print(call, `${shown?.ok ? shown.text : plain(world, event)}\n`);
  }
  if (until !== null && until <= world.now_ns) finish(call);
  else later(call, "follow", FOLLOW_NS);
}

/** A moment in the world's time; null for none, or what is wrong. */
function moment(call: Call, name: "since" | "until"): number | null | string {
  const { world } = call.daemon;
  return given(call, name) ? parseMoment(world, textOf(call, name), world.now_ns) : null;
}

export const EVENTS: DockerCommand = {
  path: "events",
  use: "events [OPTIONS]",
  short: "Get real time events from the server",
  args: { min: 0, max: 0 },
  flags: [
    flag("filter|f", "list", "Filter output based on conditions provided", { shows: " filter" }),
    flag("format", "string", "Format the output using the given Go template"),
    flag("since", "string", "Show all events created since timestamp"),
    flag("until", "string", "Stream events until this timestamp"),
  ],
  run(call) {
    const [since, until] = [moment(call, "since"), moment(call, "until")];
    if (typeof since === "string") return die(call, since);
    if (typeof until === "string") return die(call, until);
    call.state.moments = [since, until];
    call.state.number = given(call, "since") ? 0 : call.daemon.engine.eventCount;
    show(call);
  },
  resume(call, why) {
    if (why.type === "signal") finish(call, 130);
    else show(call);
  },
};
