import { useText } from "../../i18n/text.ts";
import type { FrameFacts } from "../events/frame-facts.ts";
import { capital, frameWords, tunnelName } from "../events/frame-words.ts";
import { useWorld } from "../store/stores.ts";
import "./parcel.css";

const ETH_BYTES = 14;

/** A packet in a packet: what is outside, what is inside, what the wrapping costs, and what it leaves. */
export function Parcel({ facts, dev }: { readonly facts: FrameFacts | null; readonly dev: number }) {
  const t = useText();
  const mtu = useWorld((s) => s.devices.get(dev)?.link.mtu ?? null);
  const under = useWorld((s) => {
    const device = s.devices.get(dev);
    const link = device?.link.tunnel?.link ?? null;
    return link === null ? null : (s.devices.get(link)?.link.mtu ?? null);
  });
  if (facts?.ip == null || facts.inner === null) return null;
  const w = t.events.tunnel;
  const { ip, inner, ports } = facts;
  const added = inner.vni === null ? inner.offset - ETH_BYTES : inner.offset;
  const room = under ?? mtu;
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
