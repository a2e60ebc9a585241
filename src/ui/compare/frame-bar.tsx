import { useDialogText } from "../networks/dialog-text.ts";
import { type Part, partsOf } from "./frame-parts.ts";

/** A frame as a bar in proportion to its bytes, outer headers coloured; `longest` fills the whole width. */
export function FrameBar({ frame, longest }: { readonly frame: Uint8Array; readonly longest: number }) {
  const t = useDialogText().compare;
  const parts = partsOf(frame);
  const words = (part: Part) => `${t.parts[part.kind]} ${part.bytes}`;
  const outer = parts.filter((part) => part.outer);
  const inner = parts.filter((part) => !part.outer);
  const text = [outer, inner].map((some) => some.map(words).join(" · "));
  return (
    <>
      <div className="frame-bar" aria-hidden="true">
        {parts.map((part, i) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: headers have no other name
            key={`${part.kind} ${i}`}
            data-kind={part.kind}
            data-outer={part.outer || undefined}
            style={{ width: `${(100 * part.bytes) / longest}%` }}
            title={words(part)}
          >
            {t.parts[part.kind]}
          </span>
        ))}
      </div>
      <p className="frame-words">
        {outer.length > 0 && (
          <>
            <b>{text[0]}</b> | {t.inner}{" "}
          </>
        )}
        {text[1]}
      </p>
    </>
  );
}
