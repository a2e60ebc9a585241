/** The script that rebuilds a scene: bash accepts it, and its commands, run anew, make the same world. */
import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { enShare } from "../../src/i18n/en/share.ts";
import { zhShare } from "../../src/i18n/zh/share.ts";
import type { Scene } from "../../src/protocol/scene.ts";
import type { NodeView } from "../../src/protocol/view.ts";
import { sameHost } from "../../src/scenes/same-host.ts";
import { SCENES } from "../../src/scenes/scenes.ts";
import { type Command, commandsOf, type ScriptInput, scriptOf } from "../../src/ui/share/script/script.ts";
import { advance, exec, interrupt, seek } from "../../src/ui/store/session.ts";
import { logStore, sceneStore, terminalStore, timeStore, worldStore } from "../../src/ui/store/stores.ts";
import { playScene } from "../still/play.ts";

function inputNow(words: ScriptInput["words"] = enShare.script): ScriptInput {
  const { nodes, nodeIds, devices } = worldStore.getState();
  const { scene } = sceneStore.getState();
  return {
    scene: scene!,
    title: scene!.title.en,
    path: logStore.getState().path,
    chunks: terminalStore.getState().chunks,
    end_ns: timeStore.getState().playhead_ns,
    nodes: nodeIds.map((id) => nodes[id]!),
    devices: [...devices.values()],
    words,
  };
}

const nodeNamed = (name: string): NodeView => Object.values(worldStore.getState().nodes).find((n) => n.name === name)!;

/** What bash says about a script without running it; "" for nothing. */
function bashFault(script: string): string {
  const { stderr, status } = spawnSync("bash", ["-n"], { input: script, encoding: "utf8" });
  return status === 0 ? stderr : `status ${status}: ${stderr}`;
}

/** What a real machine would look like, without what is random there. */
function worldNow(): unknown {
  return Object.values(worldStore.getState().nodes)
    .map((node) => ({
      name: node.name,
      state: node.container?.state,
      image: node.container?.image,
      addresses: node.links.flatMap((link) => link.addresses.map((one) => `${one.address}/${one.prefixLen}`)),
      routes: node.routes.map((route) => route.text.replace(/br-[0-9a-f]{12}/, "br-…")),
      neighbours: node.neighbours
        .filter((one) => one.state !== "NOARP")
        .map((one) => one.address)
        .sort(),
    }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** Runs the script's commands in a scene that has nothing but its machines. What a container does is typed in it. */
async function rebuild(scene: Scene, commands: readonly Command[], end_ns: number): Promise<void> {
  const SETUP_NS = 60_000_000_000;
  await playScene({ ...scene, id: "bare", setup: [] }, [], 0, 0);
  let setup = 0;
  for (const { machine, container, at_ns, line, input } of commands) {
    const due_ns = at_ns === null ? setup++ * 2_000_000_000 : SETUP_NS + at_ns;
    await advance(Math.max(due_ns, timeStore.getState().playhead_ns));
    await exec(nodeNamed(container ?? machine).id, line);
    for (const one of input) {
      await advance(Math.max(SETUP_NS + one.at_ns, timeStore.getState().playhead_ns));
      await exec(nodeNamed(container ?? machine).id, one.line);
    }
  }
  await advance(SETUP_NS + end_ns);
}

describe("the script of what is open", () => {
  it("has the lines of hosts and containers at their moments, with what is random looked up", async () => {
    await playScene(sameHost, [{ node: "nginx-1", line: "ping -c 1 172.17.0.3" }], 5e9, 5e9);
    await exec("hostA", "docker exec -it box-3 sh");
    await advance(6e9);
    await exec("hostA", "ip addr");
    await advance(7e9);
    await exec("hostA", "exit");
    await advance(8e9);
    await exec("hostA", "tcpdump -ni docker0");
    await advance(9e9);
    await exec(nodeNamed("nginx-1").id, "ping -c 2 172.17.0.1");
    await advance(12e9);
    await interrupt("hostA");
    const nginx = nodeNamed("nginx-1");
    const veth = nodeNamed("hostA").links.find((link) => link.peer === nginx.links.at(-1)!.dev)!.name;
    await exec(
      "hostA",
      `docker inspect ${nginx.container!.id.slice(0, 7)}; ip link show ${veth}; nsenter -t ${nginx.container!.pid} -n ip a`,
    );
    await advance(25e9);
    const script = scriptOf(inputNow());
    expect(bashFault(script)).toBe("");
    expect(script).toContain(`
  inside nginx-1 'ping -c 1 172.17.0.3'
  at 5000
  docker exec -i box-3 sh <<'TYPED'
ip addr
exit
TYPED
  at 8000
  timeout -s INT 4 bash -c 'tcpdump -ni docker0' &
  at 9000
  inside nginx-1 'ping -c 2 172.17.0.1'
  at 12000
  docker inspect nginx-1; ip link show $(veth_of nginx-1 eth0); nsenter -t $(docker inspect -f '{{.State.Pid}}' nginx-1) -n ip a
`);
    expect(script).not.toContain(veth);
    expect(script).toContain("for name in nginx-1 nginx-2 box-3; do");
  });

  it("ends at the playhead, and knows a container that is gone by its name", async () => {
    await playScene(sameHost, [{ node: "hostA", line: "docker run -d --name gone nginx" }], 3e9, 3e9);
    await exec(nodeNamed("gone").id, "ip addr");
    await advance(4e9);
    await exec("hostA", "docker rm -f gone");
    await advance(9e9);
    expect(scriptOf(inputNow())).toMatch(/inside gone 'ip addr'[\s\S]*docker rm -f gone\n/);
    await seek(3.5e9);
    expect(scriptOf(inputNow())).not.toMatch(/^ {2}docker rm -f gone$/m);
  });

  it.each(SCENES.filter(({ id }) => id !== "docker0-full").map((scene) => [scene.id, scene] as const))(
    "%s: bash accepts it in both languages, and it makes the same world again",
    async (_, scene) => {
      const lines = scene.actions.filter(({ node }) => !scene.dockers.includes(node)).slice(0, 2);
      await playScene(scene, [], 0, 0);
      for (const [i, { node, line }] of [...lines, ...scene.actions.slice(0, 1)].entries()) {
        await exec(nodeNamed(node).id, line);
        await advance((i + 1) * 10e9);
      }
      const input = inputNow();
      for (const words of [enShare.script, zhShare.script]) expect(bashFault(scriptOf({ ...input, words }))).toBe("");
      const then = worldNow();
      const commands = commandsOf(input);
      expect(commands.filter((one) => one.at_ns !== null)).toHaveLength(lines.length + 1);
      await rebuild(scene, commands, input.end_ns);
      expect(worldNow()).toEqual(then);
    },
  );
});
