/** Lists with names in place of addresses: each row is printed once the names in it are known, which may take DNS a while. */
import type { Ipv4 } from "../../../wire/address.ts";
import { createResolver, lookUpName, type Resolver, resolverWake } from "../../names/resolver.ts";
import { exit, write } from "../../process.ts";
import type { Sys, Wake } from "../../types.ts";

/** A cell that shows the name of an address, or `otherwise` if it has none, padded to `width`. */
export interface NameCell {
  address: Ipv4;
  otherwise: string;
  width: number;
}

/** Cells side by side, without a newline. */
export type Row = (string | NameCell)[];

interface NamedList {
  resolver: Resolver;
  rows: Row[];
  /** The row to print next. */
  at: number;
  /** What stands below the rows. */
  tail: string;
}

/** Prints the rows and then `tail`, and ends the program with status 0, now or in later wakes. */
export function printNamed(sys: Sys, rows: Row[], tail = ""): void {
  const list: NamedList = { resolver: createResolver(), rows, at: 0, tail };
  sys.proc.locals = list;
  proceed(sys, list);
}

function proceed(sys: Sys, list: NamedList): void {
  for (; list.at < list.rows.length; list.at++) {
    let text = "";
    for (const cell of list.rows[list.at] as Row) {
      const part = typeof cell === "string" ? cell : nameText(sys, list, cell);
      if (part === null) return;
      text += part;
    }
    write(sys, 1, `${text}\n`);
  }
  write(sys, 1, list.tail);
  exit(sys, 0);
}

/** Null while the answer is under way. */
function nameText(sys: Sys, list: NamedList, { address, otherwise, width }: NameCell): string | null {
  const answer = lookUpName(sys, list.resolver, address);
  if (answer === null) return null;
  const text = answer.name ?? otherwise;
  return width === 0 ? text : text.slice(0, width).padEnd(width);
}

/** The `wake` of a program that called printNamed. */
export function wakeNamed(sys: Sys, why: Wake): void {
  const list = sys.proc.locals as NamedList | undefined;
  if (list !== undefined && resolverWake(sys, list.resolver, why)) proceed(sys, list);
}
