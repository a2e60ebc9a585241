import { lazy, Suspense } from "react";
import { useUi } from "../../shell/ui-state.ts";

const Card = lazy(async () => ({ default: (await import("./card.tsx")).Card }));

/** The card of the lesson, puzzle or game that is open; nothing while none is. Its room is fetched for the first one. */
export function OpenCard() {
  const open = useUi((s) => s.card !== null);
  return open ? (
    <Suspense fallback={null}>
      <Card />
    </Suspense>
  ) : null;
}
