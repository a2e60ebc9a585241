/** What JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** What people look for first stands open. */
const OPEN: ReadonlySet<string> = new Set(["State", "NetworkSettings", "Networks"]);

/** A JSON object with parts that fold. */
export function JsonTree({ value }: { readonly value: Json }) {
  if (!isGroup(value)) return <span className="json-value">{JSON.stringify(value)}</span>;
  return (
    <ul className="json">
      {Object.entries(value).map(([name, part]) => (
        <li key={name}>
          <Part name={name} part={part} isListed={Array.isArray(value)} />
        </li>
      ))}
    </ul>
  );
}

interface PartProps {
  readonly name: string;
  readonly part: Json;
  /** It is an item of a list: its number need not stand there. */
  readonly isListed: boolean;
}

function Part({ name, part, isListed }: PartProps) {
  const label = isListed ? null : <span className="json-name">{name}: </span>;
  if (!isGroup(part) || Object.keys(part).length === 0) {
    return (
      <>
        {label}
        <span className="json-value">{JSON.stringify(part)}</span>
      </>
    );
  }
  const size = Object.keys(part).length;
  return (
    <details open={OPEN.has(name)}>
      <summary>
        {label}
        <span className="json-size">{Array.isArray(part) ? `[${size}]` : `{${size}}`}</span>
      </summary>
      <JsonTree value={part} />
    </details>
  );
}

function isGroup(value: Json): value is Exclude<Json, null | boolean | number | string> {
  return typeof value === "object" && value !== null;
}
