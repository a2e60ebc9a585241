import { lazy, type ReactNode, Suspense, useRef, useState } from "react";

const MenuPopup = lazy(async () => ({ default: (await import("./menu-popup.tsx")).MenuPopup }));

/** A line of a menu. Those with `checked` are a choice of one, and stand below the others. */
export interface MenuEntry {
  readonly id: string;
  readonly label: ReactNode;
  readonly hint?: string;
  readonly icon?: ReactNode;
  readonly checked?: boolean;
  /** Of a choice: those of one group stand together, below its name. */
  readonly group?: string;
  readonly run: () => void;
}

interface MenuButtonProps {
  readonly className: string;
  /** For a button without words. */
  readonly label?: string;
  readonly heading?: string;
  readonly entries: readonly MenuEntry[];
  readonly side?: "top" | "bottom";
  readonly align?: "start" | "end";
  readonly children: ReactNode;
}

/** A button that opens a menu. The menu's machinery is fetched when somebody first opens one. */
export function MenuButton({ className, label, heading, entries, side, align, children }: MenuButtonProps) {
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const [wanted, setWanted] = useState(false);
  return (
    <>
      <button
        ref={button}
        type="button"
        className={className}
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={open}
        onPointerEnter={() => void import("./menu-popup.tsx")}
        onClick={() => {
          setWanted(true);
          setOpen(!open);
        }}
        onKeyDown={(event) => {
          if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
          event.preventDefault();
          setWanted(true);
          setOpen(true);
        }}
      >
        {children}
      </button>
      {wanted && (
        <Suspense fallback={null}>
          <MenuPopup
            anchor={button}
            open={open}
            onOpenChange={setOpen}
            heading={heading}
            entries={entries}
            side={side ?? "bottom"}
            align={align ?? "end"}
          />
        </Suspense>
      )}
    </>
  );
}
