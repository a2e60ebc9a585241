/** How a key is written on its cap. */
const CAPS: Readonly<Record<string, string>> = {
  " ": "Space",
  ArrowRight: "→",
  ArrowLeft: "←",
  PageDown: "PgDn",
  PageUp: "PgUp",
  ctrl: "Ctrl",
  shift: "⇧",
};

/** A key of keys.ts as caps of a keyboard; "P" is a p with Shift. */
export function KeyCaps({ name }: { readonly name: string }) {
  const parts = name === "+" ? ["+"] : /^[A-Z]$/.test(name) ? ["shift", name] : name.split("+");
  return parts.map((part) => <kbd key={part}>{CAPS[part] ?? (part.length === 1 ? part.toUpperCase() : part)}</kbd>);
}
