/**
 * What comes from outside (a link, a file, storage, a message) is checked here before anything else touches it.
 * The schemas mirror scene.ts and messages.ts; a mismatch between the two is a type error at the bottom of this file.
 */
import * as v from "valibot";
import { err, ok, type Result } from "../base/result.ts";
import type { LogEntry, SavedState } from "./messages.ts";
import type { AddedHost, Scene, WorldSpec } from "./scene.ts";
import { worldFault } from "./world-check.ts";

/** The furthest moment of a scene: a day. Whoever asks for more would wait for ever. */
export const LATEST_NS = 86_400_000_000_000;

/** Not one that every object has by itself, such as "constructor": records are looked up by name. */
const name = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/),
  v.check((text) => !(text in {}), "a name that means something else"),
);
const words = v.object({ en: v.string(), zh: v.string() });
const time_ns = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(LATEST_NS));
const line = v.pipe(v.string(), v.maxLength(10_000));

const nodeSpec = v.object({
  name,
  kind: v.picklist(["docker-host", "router", "server"]),
  interfaces: v.array(v.object({ name, mac: v.string(), ipv4: v.union([v.string(), v.array(v.string())]) })),
  routes: v.array(v.string()),
  ip_forward: v.picklist([0, 1]),
  dns: v.optional(v.string()),
  iptables: v.optional(v.array(v.string())),
  services: v.optional(
    v.object({
      http: v.optional(v.string()),
      dns: v.optional(v.object({ listen: v.string(), records: v.record(v.string(), v.string()) })),
    }),
  ),
});

const worldSpec = v.object({
  switches: v.array(v.object({ name, bridge: name })),
  nodes: v.pipe(v.array(nodeSpec), v.maxLength(64)),
  links: v.array(v.tuple([v.string(), v.string()])),
});

const linkIdentity = v.object({
  ifindex: v.number(),
  mac: v.string(),
  peer_ifindex: v.nullable(v.number()),
  master: v.optional(v.nullable(v.string())),
});

const identities = v.record(
  v.string(),
  v.object({
    links: v.optional(v.record(v.string(), linkIdentity)),
    containers: v.optional(
      v.record(
        v.string(),
        v.object({
          id: v.string(),
          pid: v.number(),
          hostname: v.string(),
          networks: v.optional(v.record(v.string(), v.record(v.string(), v.unknown()))),
          links: v.optional(v.record(v.string(), linkIdentity)),
        }),
      ),
    ),
    networks: v.optional(
      v.record(v.string(), v.object({ id: v.string(), driver: v.string(), ipam: v.optional(v.unknown()) })),
    ),
  }),
);

const scene = v.object({
  version: v.literal(1),
  id: v.string(),
  title: words,
  world: worldSpec,
  dockers: v.array(name),
  dockerd: v.optional(v.record(v.string(), v.string())),
  identities: v.optional(identities),
  legacyIptables: v.optional(v.boolean()),
  seed: v.number(),
  setup: v.array(v.object({ node: v.string(), line })),
  actions: v.array(v.object({ title: words, node: v.string(), line })),
});

const addedHost = v.object({ spec: nodeSpec, end: v.string(), dockerd: line });

const logEntry = v.object({
  id: v.number(),
  parent: v.number(),
  at_ns: time_ns,
  node: v.string(),
  what: v.variant("type", [
    v.object({ type: v.literal("exec"), line }),
    v.object({ type: v.literal("interrupt") }),
    v.object({ type: v.literal("key"), key: v.picklist(["eof", "detach"]) }),
    v.object({ type: v.literal("add-host"), host: addedHost }),
  ]),
});

const saved = v.object({
  version: v.literal(1),
  scene,
  log: v.pipe(v.array(logEntry), v.maxLength(100_000)),
  tip: v.number(),
  playhead_ns: time_ns,
});

function check<T>(schema: v.GenericSchema<unknown, T>, input: unknown): Result<T, string> {
  const result = v.safeParse(schema, input);
  if (result.success) return ok(result.output);
  const issue = result.issues[0];
  return err(`${v.getDotPath(issue) ?? "value"}: ${issue.message}`);
}

/** The world of a scene or of a recording's scenario.json; the error names the first place that is wrong. */
export const parseWorldSpec = (input: unknown): Result<WorldSpec, string> => check(worldSpec, input);
/** A host that is to come; the error names the first place that is wrong. */
export const parseAddedHost = (input: unknown): Result<AddedHost, string> => check(addedHost, input);
/** A scene; the error names the first place that is wrong. */
export function parseScene(input: unknown): Result<Scene, string> {
  const result = check<Scene>(scene, input);
  const fault = result.ok ? worldFault(result.value.world, result.value.dockers) : null;
  return fault === null ? result : err(`world: ${fault}`);
}
/** A saved state: the shape, and a log that is a tree in which time never runs backwards. */
export function parseSavedState(input: unknown): Result<SavedState, string> {
  const result = check<SavedState>(saved, input);
  if (!result.ok) return result;
  const fault = worldFault(result.value.scene.world, result.value.scene.dockers);
  if (fault !== null) return err(`scene.world: ${fault}`);
  return isSoundLog(result.value.log, result.value.tip) ? result : err("log: not a tree in time");
}

/** Whether entries form a tree in which a parent comes before its children and time never runs backwards. */
export function isSoundLog(entries: readonly LogEntry[], tip: number): boolean {
  const inOrder = entries.every((entry, i) => {
    if (entry.id !== i || entry.parent >= i || entry.parent < -1) return false;
    const parent = entries[entry.parent];
    return parent === undefined ? entry.parent === -1 : parent.at_ns <= entry.at_ns;
  });
  return inOrder && Number.isInteger(tip) && tip >= -1 && tip < entries.length;
}
