import "../../worlds/whole.ts";
import { describe, expect, it } from "vitest";
import { DropReason, TraceKind } from "../../base/trace-kind.ts";
import { nothingSent, takeBatch } from "../../engine/batch.ts";
import { act, createSession, runTo } from "../../engine/session.ts";
import { en } from "../../i18n/testing.ts";
import { sameHost } from "../../scenes/same-host.ts";
import { SCENE_START_NS } from "../../worlds/scene.ts";
import { describeRow } from "../events/describe.ts";
import { explainRow, ruleLine } from "../events/explain.ts";
import { ruleOfConnection } from "../events/nat.ts";
import { currentScenery, ownerName, type Scenery } from "../events/scenery.ts";
import { guisesOf } from "../inspector/guises.ts";
import { journeyOf } from "../inspector/journey.ts";
import { applyBatch } from "../store/apply-batch.ts";
import { resetStores } from "../store/stores.ts";
import { HOOKS, type Walk, walksOf } from "./walk.ts";

/** Runs the lines one after the other, each by name of a node, and shows the page what came of it. */
function told(...lines: readonly (readonly [string, string])[]): Scenery {
  const session = createSession(sameHost);
  let at_ns = SCENE_START_NS + 1e9;
  runTo(session, at_ns);
  for (const [name, line] of lines) {
    const box = Object.values(session.world.engines.hostA?.containers ?? {}).find((one) => one.name === name);
    act(session, box?.node ?? name, { type: "exec", line });
    at_ns += 5e9;
    runTo(session, at_ns);
  }
  resetStores();
  applyBatch(takeBatch(session, nothingSent(), true));
  return currentScenery();
}

/** The first row of this kind at the node, or the last. */
function rowOf(s: Scenery, kind: number, owner: string, which: "first" | "last" = "first"): number {
  const { columns } = s;
  const rows = Array.from({ length: columns.count }, (_, row) => row);
  const is = (row: number) => columns.kind[row] === kind && ownerName(s, columns.dev[row]!) === owner;
  return (which === "first" ? rows.find(is) : rows.findLast(is)) ?? -1;
}

const walks = (s: Scenery, row: number) => walksOf(s, row, s.columns.count);
const hooksOf = (walk: Walk | undefined) => walk?.hooks.map((hook) => HOOKS[hook.hook]?.name);
const stepsOf = (walk: Walk | undefined) =>
  walk?.hooks.flatMap((hook) =>
    hook.steps.map((s) => `${"> ".repeat(s.depth)}${s.table}:${s.chain}:${s.rule} ${s.verdict}`),
  );

describe("an address that another takes the place of", () => {
  const s = told(["nginx-1", "ping -c 2 203.0.113.80"]);
  const { columns } = s;
  const nats = Array.from({ length: columns.count }, (_, row) => row).filter(
    (row) => columns.kind[row] === TraceKind.NAT && ownerName(s, columns.dev[row]!) === "hostA",
  );
  const words = nats.map((row) => describeRow(s, row, en).text.replace(/:\d+/g, ":N"));

  it("is told with the hook, and the rule or the memory that asked for it", () => {
    expect(words).toEqual([
      "hostA, POSTROUTING: source 172.17.0.2:N → 192.168.1.10:N (MASQUERADE, rule 1)",
      "hostA, PREROUTING: destination 192.168.1.10:N → 172.17.0.2:N (as conntrack remembers)",
      "hostA, POSTROUTING: source 172.17.0.2:N → 192.168.1.10:N (as conntrack remembers)",
      "hostA, PREROUTING: destination 192.168.1.10:N → 172.17.0.2:N (as conntrack remembers)",
    ]);
  });

  it("leaves it one packet: its journey has the addresses one after the other", () => {
    const journey = journeyOf(columns, nats[0]!, columns.count)!;
    expect(guisesOf(s, journey).map((guise) => guise.text)).toEqual([
      "172.17.0.2 → 203.0.113.80",
      "192.168.1.10 → 203.0.113.80",
      "203.0.113.1 → 203.0.113.80",
    ]);
  });

  it("leads from later packets, and from answers, to the rule that the first one met", () => {
    const rules = nats.map((row) => ruleOfConnection(s, row));
    expect(new Set(rules).size).toBe(1);
    expect(s.rules[columns.b[rules[0]!]!]).toMatchObject({ chain: "POSTROUTING", number: 1 });
  });
});

describe("a packet's way among the rules", () => {
  it("leads through every host that it passes, with the rules it met and the jumps between them", () => {
    const s = told(["nginx-1", "ping -c 1 203.0.113.80"]);
    const [host, gw, ...others] = walks(s, rowOf(s, TraceKind.NF_RULE, "hostA"));
    expect(others).toEqual([]);
    expect(hooksOf(host)).toEqual(["PREROUTING", "FORWARD", "POSTROUTING"]);
    expect(host).toMatchObject({ node: "hostA", in: "docker0", out: "eth0", physOut: "", bridged: false, drop: -1 });
    expect(host?.physIn).toMatch(/^veth/);
    expect(stepsOf(host)).toEqual([
      "nat:PREROUTING:0 ACCEPT",
      "filter:FORWARD:1 JUMP",
      "> filter:DOCKER-USER:1 RETURN",
      "filter:FORWARD:2 JUMP",
      "> filter:DOCKER-ISOLATION-STAGE-1:1 JUMP",
      "> > filter:DOCKER-ISOLATION-STAGE-2:2 RETURN",
      "> filter:DOCKER-ISOLATION-STAGE-1:2 RETURN",
      "filter:FORWARD:5 ACCEPT",
      "nat:POSTROUTING:1 SNAT",
    ]);
    expect(host?.hooks.at(-1)?.rewritten).toHaveLength(1);
    expect(gw?.node).toBe("gw");
    expect(hooksOf(gw)).toEqual(["PREROUTING", "FORWARD", "POSTROUTING"]);
  });

  it("has the answer's address put back before it is routed", () => {
    const s = told(["nginx-1", "ping -c 1 203.0.113.80"]);
    const [gw] = walks(s, rowOf(s, TraceKind.SEND, "internet", "last"));
    expect(gw?.node).toBe("gw");
    expect(gw?.hooks[0]?.rewritten).toHaveLength(1);
    expect(gw?.hooks.map((hook) => hook.rewritten.length)).toEqual([1, 0, 0]);
  });

  it("names the ports of the bridge where a bridge passes it on", () => {
    const s = told(["nginx-1", "ping -c 1 172.17.0.3"]);
    const [host] = walks(s, rowOf(s, TraceKind.NF_RULE, "hostA"));
    expect(host).toMatchObject({ in: "docker0", out: "docker0", bridged: true });
    expect(hooksOf(host)).toEqual(["PREROUTING", "FORWARD", "POSTROUTING"]);
    expect(host?.physIn).toMatch(/^veth/);
    expect(host?.physOut).toMatch(/^veth/);
    expect(host?.physOut).not.toBe(host?.physIn);
  });

  it("ends with the rule that dropped it", () => {
    const s = told(["hostA", "iptables -I DOCKER-USER -p icmp -j DROP"], ["nginx-1", "ping -c 1 -W 1 172.17.0.3"]);
    const [host] = walks(s, rowOf(s, TraceKind.NF_RULE, "hostA"));
    expect(hooksOf(host)).toEqual(["PREROUTING", "FORWARD"]);
    expect(host?.physOut).toMatch(/^veth/);
    expect(host?.hooks.at(-1)?.steps.at(-1)).toMatchObject({
      chain: "DOCKER-USER",
      rule: 1,
      verdict: "DROP",
      depth: 1,
    });
    expect(s.columns.kind[host?.drop ?? -1]).toBe(TraceKind.DROP);
  });

  it("keeps the rule's words as they were when the packet met it, after the rule has gone and others have its number", () => {
    const s = told(
      ["hostA", "iptables -I DOCKER-USER -p icmp -j DROP"],
      ["nginx-1", "ping -c 1 -W 1 172.17.0.3"],
      ["hostA", "iptables -D DOCKER-USER 1; iptables -I DOCKER-USER -p tcp -j ACCEPT"],
      ["nginx-1", "ping -c 1 172.17.0.3"],
    );
    const drop = s.columns.a.findIndex(
      (a, row) => s.columns.kind[row] === TraceKind.DROP && a === DropReason.NETFILTER_DROP,
    );
    const step = walks(s, drop)[0]?.hooks.at(-1)?.steps.at(-1);
    expect(step).toMatchObject({ chain: "DOCKER-USER", rule: 1, text: "-p icmp -j DROP", verdict: "DROP" });
    expect(ruleLine(s, drop)).toBe("-A DOCKER-USER -p icmp -j DROP");
    expect(explainRow(s, drop, en)).toContain("DROP tells nobody");
    const later = walks(s, rowOf(s, TraceKind.NF_RULE, "hostA", "last"))[0];
    const texts = later?.hooks.flatMap((hook) => hook.steps.map((one) => one.text));
    expect(texts).not.toContain("-p icmp -j DROP");
  });

  it("ends with another reason than a rule's, after the hooks that it got through", () => {
    const s = told(["nginx-1", "ping -c 1 -t 1 203.0.113.80"]);
    const [host] = walks(s, rowOf(s, TraceKind.NF_RULE, "hostA"));
    expect(s.columns.a[host?.drop ?? -1]).toBe(DropReason.TTL_EXCEEDED);
    expect(hooksOf(host)).toEqual(["PREROUTING"]);
  });

  it("begins with OUTPUT for what the host itself sends, and shows nothing for ARP", () => {
    const s = told(["hostA", "ping -c 1 172.17.0.3"]);
    const [host] = walks(s, rowOf(s, TraceKind.NF_RULE, "hostA"));
    expect(hooksOf(host)).toEqual(["OUTPUT", "POSTROUTING"]);
    const arp = Array.from({ length: s.columns.count }, (_, row) => row).find(
      (row) => s.columns.kind[row] === TraceKind.SEND && s.columns.b[row] === -1,
    );
    expect(walks(s, arp ?? -1)).toEqual([]);
  });
});
