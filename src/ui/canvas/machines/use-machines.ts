/** Whether the scene is drawn as computers, cables and a switch. */
import { lazy } from "react";
import { usePrefs } from "../../store/prefs.ts";

export function useMachines(): boolean {
  return usePrefs((s) => s.machines);
}

// The drawings are fetched when somebody first wants to see them.
export const Computer = lazy(async () => ({ default: (await import("./art.tsx")).Computer }));
export const Chassis = lazy(async () => ({ default: (await import("./art.tsx")).Chassis }));
export const SwitchBox = lazy(async () => ({ default: (await import("./art.tsx")).SwitchBox }));
export const Device = lazy(async () => ({ default: (await import("./art.tsx")).Device }));
