/** Keys of the game: a letter or a number decides, Enter goes on. */
import { isElsewhere, isPressed, optionOf } from "../lesson-keys.ts";
import { decide, gameStore, goOn } from "./game.ts";

/** Listens on the whole page; returns how to stop. */
export function listenToGameKeys(): () => void {
  const listener = (event: KeyboardEvent) => {
    const { game } = gameStore.getState();
    if (game === null || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isElsewhere(event))
      return;
    const option = optionOf(event.key);
    if (game.phase === "asks" && option !== null && option < (game.question?.ways.length ?? 0)) void decide(option);
    else if (game.phase === "shows" && event.key === "Enter" && !isPressed(event)) goOn();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  document.addEventListener("keydown", listener, { capture: true });
  return () => document.removeEventListener("keydown", listener, { capture: true });
}
