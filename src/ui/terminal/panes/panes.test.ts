import { beforeEach, describe, expect, it } from "vitest";
import { node } from "../../motion/testing.ts";
import { frontStore, resetStores, selectNode, showTerminal, worldStore } from "../../store/stores.ts";
import { followNodes, panesStore, tabsAround, tabsOf, toggleFollow, toggleSplit } from "./panes.ts";

const nodes = Object.fromEntries(
  [
    node("lan", "switch"),
    node("gw", "router"),
    node("hostA/1", "container"),
    node("hostA/2", "container"),
    node("hostA", "docker-host"),
  ].map((one) => [one.id, one]),
);

beforeEach(() => {
  resetStores();
  worldStore.setState({ nodes, nodeIds: Object.keys(nodes) });
  panesStore.setState({ split: false, follow: true });
});

describe("the terminals", () => {
  it("have a tab for hosts, containers and other machines, in that order, and none for a switch", () => {
    expect(tabsOf(nodes, Object.keys(nodes))).toEqual(["hostA", "hostA/1", "hostA/2", "gw"]);
  });

  it("stand beside each other; whoever is beside is not brought to the front as well", () => {
    toggleSplit();
    expect(frontStore.getState().second).toBe("hostA/1");
    showTerminal("hostA/1");
    expect(frontStore.getState().node).toBe(null);
    showTerminal("gw");
    expect(frontStore.getState().node).toBe("gw");
    toggleSplit();
    expect(frontStore.getState().second).toBe(null);
  });

  it("put whoever is selected beside the front one", () => {
    panesStore.setState({ follow: false });
    selectNode("hostA/2");
    toggleSplit();
    expect(frontStore.getState().second).toBe("hostA/2");
  });

  it("follow the selected node while that is wanted, never to a switch", () => {
    const stop = followNodes();
    selectNode("hostA/2");
    expect(frontStore.getState().node).toBe("hostA/2");
    selectNode("lan");
    expect(frontStore.getState().node).toBe("hostA/2");
    toggleFollow();
    selectNode("hostA/1");
    expect(frontStore.getState().node).toBe("hostA/2");
    stop();
  });

  it("show of a thousand tabs the first and those around the one in front", () => {
    const ids = Array.from({ length: 1000 }, (_, i) => `n${i}`);
    for (const front of ["n0", "n500", "n999"]) {
      const around = tabsAround(ids, front);
      expect(around).toHaveLength(24);
      expect(new Set(around).size).toBe(24);
      expect(around[0]).toBe("n0");
      expect(around).toContain(front);
    }
  });
});
