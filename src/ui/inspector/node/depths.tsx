import { useAllText } from "../../../i18n/all-text.ts";
import type { NodeView } from "../../../protocol/view.ts";
import { NetfilterTables } from "../../netfilter/netfilter-tables.tsx";
import { DockerInspect } from "./docker-inspect.tsx";
import { SocketTable } from "./socket-table.tsx";
import "./depths.css";

/** What lies deeper in a node: sockets, rules and connections of its namespace, and what Docker knows of it. */
export function Depths({ node }: { readonly node: NodeView }) {
  const t = useAllText();
  return (
    <>
      {node.links.length > 0 && (
        <>
          <SocketTable node={node} />
          <NetfilterTables node={node} />
        </>
      )}
      {node.container !== null && (
        <section>
          <h4 className="look-heading" lang="en">
            {t.look.dockerInspect}
          </h4>
          <DockerInspect node={node} />
        </section>
      )}
    </>
  );
}
