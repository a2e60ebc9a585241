// Checks for what only a bug can cause. What a user can cause is answered as Linux answers it, never asserted.

/** Throws an Error with `msg` unless `cond` holds. A constant, which V8 need not look up where it stands in the way of each packet. */
export const assert: (cond: unknown, msg: string) => asserts cond = (cond, msg) => {
  if (!cond) throw new Error(`assertion failed: ${msg}`);
};

/** What stands behind `??` where nothing but a bug leaves nothing. Only then is its message put together. */
export function bug(msg: string): never {
  throw new Error(`assertion failed: ${msg}`);
}

/** The end of an exhaustive switch: does not compile while a case is missing, throws if one comes at run time. */
export function unreachable(x: never): never {
  throw new Error(`assertion failed: unreachable value ${JSON.stringify(x)}`);
}
