import { useAllText } from "../../i18n/all-text.ts";
import type { FrameFacts } from "../events/frame-facts.ts";
import { capital, frameWords, tunnelName } from "../events/frame-words.ts";
import { useWorld } from "../store/stores.ts";
import "./parcel.css";

const ETH_BYTES = 14;

/** A packet in a packet: what is outside, what is inside, what the wrapping costs, and what it leaves. */
export function Parcel({ facts, dev }: { readonly facts: FrameFacts | null; readonly dev: number }) {
  const t = useAllText();
  const link = useWorld((s) => s.devices.get(dev)?.link);
  if (facts?.ip == null || facts.inner === null) return null;
  const w = t.events.tunnel;
  const { ip, inner, ports } = facts;
  const added = inner.vni === null ? inner.offset - ETH_BYTES : inner.offset;
  // A tunnel device's MTU is what is left already.
  const room = link === undefined ? null : link.tunnel === undefined ? link.mtu : link.mtu + added;
  const how = ports === null ? "IP 4" : `UDP ${ports.dst}`;
  return (
    <dl className="parcel" aria-label={`${w.outer}, ${w.inner}`}>
      <div>
        <dt>{w.outer}</dt>
        <dd>
          <b className="mono">
            {ip.src} → {ip.dst}
          </b>
          <span>
            {tunnelName(inner.vni)} · {how} · {w.added(added)}
          </span>
        </dd>
      </div>
      <div className="parcel-inner">
        <dt>{w.inner}</dt>
        <dd>
          <b>{capital(frameWords(inner.facts, t))}</b>
          {room !== null && room > added && <span>{w.room(room, room - added)}</span>}
        </dd>
      </div>
    </dl>
  );
}
