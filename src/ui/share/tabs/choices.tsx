// The few controls of the settings of a figure.
import { useId } from "react";

export interface FieldProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: Partial<Readonly<Record<T, string>>>;
  readonly onChange: (value: T) => void;
}

export function Field<T extends string>({ label, value, options, onChange }: FieldProps<T>) {
  const all = Object.entries(options) as [T, string][];
  const id = useId();
  return (
    <div className="share-setting">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value as T)}>
        {all.map(([one, name]) => (
          <option key={one} value={one}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}

interface SwitchProps {
  readonly label: string;
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
}

export function Switch({ label, on, onChange }: SwitchProps) {
  return (
    <label className="share-check">
      <input type="checkbox" checked={on} onChange={(event) => onChange(event.target.checked)} />
      {label}
    </label>
  );
}

interface ChecksProps<T extends string> {
  readonly label: string;
  readonly all: readonly T[];
  readonly chosen: readonly T[];
  readonly names: Readonly<Record<T, string>>;
  /** Gets the chosen ones in the order of `all`. */
  readonly onChange: (chosen: readonly T[]) => void;
}

export function Checks<T extends string>({ label, all, chosen, names, onChange }: ChecksProps<T>) {
  return (
    <fieldset className="share-checks">
      <legend>{label}</legend>
      {all.map((one) => (
        <Switch
          key={one}
          label={names[one]}
          on={chosen.includes(one)}
          onChange={(on) => onChange(all.filter((other) => (other === one ? on : chosen.includes(other))))}
        />
      ))}
    </fieldset>
  );
}
