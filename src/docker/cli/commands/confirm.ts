/** The question that the prune commands ask. */
import { awaitInput, readLine } from "../../../shell/process.ts";
import { type Call, finish, isOn, print } from "../command.ts";

/**
 * Asks (unless --force is given) and carries `action` out on "y". Called again from `resume` until a line has come.
 * Without that answer the command ends well and does nothing, but for what `declined` says.
 */
export function confirm(call: Call, warning: string, action: (call: Call) => void, declined = ""): void {
  if (isOn(call, "force")) return action(call);
  if (call.state.step !== "asked") print(call, `${warning}Are you sure you want to continue? [y/N] `);
  call.state.step = "asked";
  const line = readLine(call.sys);
  if (line === undefined) return awaitInput(call.sys);
  if (line?.trim().toLowerCase() === "y") action(call);
  else {
    print(call, declined);
    finish(call);
  }
}

/** What commands that free space say of it at their end. */
export const NOTHING_RECLAIMED = "Total reclaimed space: 0B\n";
