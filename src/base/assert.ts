// Checks for what only a bug can cause. What a user can cause is answered as Linux answers it, never asserted.

/** Throws an Error with `msg` unless `cond` holds. */
export function assert(cond: unknown, msg: string): asserts cond {
  if (!cond) throw new Error(`assertion failed: ${msg}`);
}

/** What stands behind `??` where nothing but a bug leaves nothing. Only then is its message put together. */
export function bug(msg: string): never {
  throw new Error(`assertion failed: ${msg}`);
}

/** The end of an exhaustive switch: does not compile while a case is missing, throws if one comes at run time. */
export function unreachable(x: never): never {
  throw new Error(`assertion failed: unreachable value ${JSON.stringify(x)}`);
}
