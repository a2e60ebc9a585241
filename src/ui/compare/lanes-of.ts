/** The worker runs each network once; what it found is kept as long as the page is open. */
import { useEffect, useState } from "react";
import type { CompareLane } from "../../protocol/compare.ts";
import { ask } from "../store/session.ts";
import { NETWORKS, type Network, type NetworkId } from "./networks.ts";

export interface Compared {
  readonly network: Network;
  readonly lane: CompareLane;
}

const known = new Map<NetworkId, CompareLane>();

/** The chosen networks' lanes: none before all of them are there. */
export function useLanes(chosen: readonly NetworkId[]): {
  readonly lanes: readonly Compared[];
  readonly state: "waiting" | "there" | "failed";
} {
  const [, setAsked] = useState(0);
  const [failed, setFailed] = useState(false);
  const networks = NETWORKS.filter(({ id }) => chosen.includes(id));
  const missing = networks.filter(({ id }) => !known.has(id));
  const key = missing.map(({ id }) => id).join();
  useEffect(() => {
    const wanted = NETWORKS.filter(({ id }) => key.split(",").includes(id));
    if (wanted.length === 0) return;
    let isGone = false;
    void ask({ kind: "compare", runs: wanted.map(({ run }) => run) }).then((answer) => {
      if (answer?.kind === "compare") {
        for (const [i, { id }] of wanted.entries()) {
          const lane = answer.lanes[i];
          if (lane != null) known.set(id, lane);
        }
      }
      if (isGone) return;
      setFailed(wanted.some(({ id }) => !known.has(id)));
      setAsked((n) => n + 1);
    });
    return () => {
      isGone = true;
    };
  }, [key]);
  const lanes = networks.flatMap((network) => {
    const lane = known.get(network.id);
    return lane === undefined ? [] : [{ network, lane }];
  });
  if (missing.length === 0) return { lanes, state: "there" };
  return { lanes: [], state: failed ? "failed" : "waiting" };
}
