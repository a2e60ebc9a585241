/**
 * Programs that are fetched behind the first picture. Whoever runs one before it is there is stopped, and whatever was being done has to
 * be begun anew once it is: see engine/worker/serve.ts.
 */
import type { Program, Programs } from "./types.ts";

/** Thrown instead of running a program that is still on its way. */
export class OnItsWay extends Error {}

export function onItsWay(program: string): never {
  throw new OnItsWay(`${program} is not there yet: worlds/whole.ts brings it`);
}

/** What stands in the table for programs that are on their way: nothing can be learned of them but their names. */
export function standIns(names: readonly string[]): Programs {
  return Object.fromEntries(names.map((name) => [name, standIn(name)]));
}

function standIn(name: string): Program {
  return {
    get path(): string {
      return onItsWay(name);
    },
    get about(): string {
      return onItsWay(name);
    },
    start: () => onItsWay(name),
  };
}
