/** Lists of records by a Go template or as a table (cli/command/formatter, text/tabwriter). */
import { compileTemplate, executeTemplate } from "../template/execute.ts";
import type { GoStruct, GoValue } from "../template/value.ts";

export interface ListFormat {
  /** As given with --format; "" is the default table. */
  format: string;
  quiet: boolean;
  /** Table of all columns, without the word "table". */
  columns: string;
  headers: Readonly<Record<string, string>>;
  /** Go's name of the record's type, for errors. */
  typeName: string;
}

/** tabwriter's minwidth and padding as the CLI sets them. */
const MIN_WIDTH = 10;
const PADDING = 3;

/** Functions of templates as they are for the header line: names stay as they are. */
const same = (value: GoValue) => value;
const HEADER_FUNCTIONS = { json: same, split: same, join: same, title: same, lower: same, upper: same, truncate: same };

/** The list as text, or what is wrong with the template. */
export function formatList(list: ListFormat, rows: readonly GoStruct[]): { text: string } | { error: string } {
  const source = list.quiet && (list.format === "" || list.format === "table") ? "{{.ID}}" : chooseFormat(list);
  const isTable = source.startsWith("table");
  const body = (isTable ? source.slice(5) : source)
    .replace(/^ +| +$/g, "")
    .replaceAll("\\t", "\t")
    .replaceAll("\\n", "\n");
  const compiled = compileTemplate(body);
  if (!compiled.ok) return { error: `template parsing error: ${compiled.error}` };
  const options = { typeName: list.typeName };
  const lines: string[] = [];
  for (const row of rows) {
    const result = executeTemplate(compiled.template, row, options);
    if (!result.ok) return { error: `failed to execute template: ${result.error}` };
    lines.push(`${result.text}\n`);
  }
  if (!isTable) return { text: lines.join("") };
  const header = executeTemplate(compiled.template, list.headers, { ...options, functions: HEADER_FUNCTIONS });
  return { text: alignColumns(`${header.ok ? header.text : ""}\n${lines.join("")}`, MIN_WIDTH, PADDING) };
}

function chooseFormat(list: ListFormat): string {
  return list.format === "" || list.format === "table" ? `table ${list.columns}` : list.format;
}

/**
 * text/tabwriter with spaces: each run of neighbouring lines that have a cell ended by a tab in a column shares the width of
 * that column.
 */
export function alignColumns(text: string, minWidth: number, padding: number): string {
  const lines = text.split("\n").map((line) => line.split("\t"));
  const widths = lines.map((cells) => cells.map(() => 0));
  const columns = Math.max(...lines.map((cells) => cells.length));
  for (let column = 0; column < columns; column++) {
    for (let from = 0; from < lines.length; ) {
      let to = from;
      let width = minWidth;
      while (to < lines.length && column < (lines[to] as string[]).length - 1) {
        width = Math.max(width, Array.from((lines[to] as string[])[column] as string).length + padding);
        to++;
      }
      for (let i = from; i < to; i++) (widths[i] as number[])[column] = width;
      from = to + 1;
    }
  }
  return lines
    .map((cells, i) => cells.map((cell, c) => cell.padEnd((widths[i] as number[])[c] as number)).join(""))
    .join("\n");
}
