/** Lists with names in place of addresses: each row is printed once the names in it are known, which may take DNS a while. */
import type { Ipv4 } from "../../../wire/address.ts";
import { createResolver, lookUpName, type Resolver, resolverWake } from "../../names/resolver.ts";
import { exit, write } from "../../process.ts";
import type { Sys, Wake } from "../../types.ts";

/**
 * A cell that shows the name of an address, or `otherwise` if it has none, and then `suffix`, padded to `width` (0: as long as it
 * is). What is too long loses its end; `loses` says what else: the name its end, or nothing anything.
 */
export interface NameCell {
  address: Ipv4;
  otherwise: string;
  width: number;
  suffix?: string;
  loses?: "name" | "nothing";
}

/** Cells side by side, without a newline. */
export type Row = (string | NameCell)[];

interface NamedList {
  resolver: Resolver;
  rows: Row[];
  /** The row to print next. */
  at: number;
  /** The cell to print next, and what stands before it. */
  cell: number;
  text: string;
  /** What stands below the rows. */
  tail: string;
  /** Names are asked for anew each time that an address comes. */
  forgetful: boolean;
}

/**
 * Prints the rows and then `tail`, and ends the program with status 0, now or in later wakes.
 * @param forgetful whether an address that comes twice is looked up twice, as programs without a cache do
 */
export function printNamed(sys: Sys, rows: Row[], tail = "", forgetful = false): void {
  const list: NamedList = { resolver: createResolver(), rows, at: 0, cell: 0, text: "", tail, forgetful };
  sys.proc.locals = list;
  proceed(sys, list);
}

function proceed(sys: Sys, list: NamedList): void {
  for (; list.at < list.rows.length; list.at++) {
    const row = list.rows[list.at] as Row;
    for (; list.cell < row.length; list.cell++) {
      const cell = row[list.cell] as Row[number];
      const part = typeof cell === "string" ? cell : nameText(sys, list, cell);
      if (part === null) return;
      list.text += part;
      if (list.forgetful && typeof cell !== "string") list.resolver = createResolver();
    }
    write(sys, 1, `${list.text}\n`);
    list.cell = 0;
    list.text = "";
  }
  write(sys, 1, list.tail);
  exit(sys, 0);
}

/** Null while the answer is under way. */
function nameText(
  sys: Sys,
  list: NamedList,
  { address, otherwise, width, suffix = "", loses }: NameCell,
): string | null {
  const answer = lookUpName(sys, list.resolver, address);
  if (answer === null) return null;
  const name = answer.name ?? otherwise;
  const text = (loses === "name" ? name.slice(0, width - suffix.length) : name) + suffix;
  return (width === 0 || loses === "nothing" ? text : text.slice(0, width)).padEnd(width);
}

/** The `wake` of a program that called printNamed. */
export function wakeNamed(sys: Sys, why: Wake): void {
  const list = sys.proc.locals as NamedList | undefined;
  if (list !== undefined && resolverWake(sys, list.resolver, why)) proceed(sys, list);
}
