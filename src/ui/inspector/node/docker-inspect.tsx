import { Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { useAllText } from "../../../i18n/all-text.ts";
import type { NodeView } from "../../../protocol/view.ts";
import { copyText } from "../../controls/copy.ts";
import { ask } from "../../store/session.ts";
import { useLog } from "../../store/stores.ts";
import { type Json, JsonTree } from "./json-tree.tsx";

/** What `docker inspect` prints, asked for when it is opened and whenever something that it tells of may have changed. */
export function DockerInspect({ node }: { readonly node: NodeView }) {
  const t = useAllText();
  const [isOpen, setOpen] = useState(false);
  const text = useInspect(node, isOpen);
  return (
    <details className="inspect" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t.look.inspectOf(node.name)}</summary>
      {text !== null && (
        <div className="inspect-json">
          <button type="button" className="button inspect-copy" onClick={() => void copyText(text)}>
            <Copy size={13} aria-hidden />
            {t.look.copyJson}
          </button>
          <div lang="en" className="mono">
            <JsonTree value={(JSON.parse(text) as readonly Json[])[0] ?? null} />
          </div>
        </div>
      )}
    </details>
  );
}

/** The JSON, or null while it isn't there. */
function useInspect(node: NodeView, isWanted: boolean): string | null {
  const [text, setText] = useState<string | null>(null);
  const entry = useLog((s) => `${s.tip} ${s.path.length}`);
  const addresses = node.links.map((link) => link.addresses);
  const stamp = JSON.stringify([node.id, node.container, node.netns, addresses, entry]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the stamp says when to ask again
  useEffect(() => {
    if (!isWanted) return;
    let isGone = false;
    void ask({ kind: "inspect", node: node.id }).then((answer) => {
      if (!isGone) setText(answer?.kind === "inspect" ? answer.json : null);
    });
    return () => {
      isGone = true;
    };
  }, [isWanted, node.id, stamp]);
  return isWanted ? text : null;
}
