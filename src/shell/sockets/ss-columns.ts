/** The columns of ss: as wide as what is in them; on a terminal what is left of the line is shared out (misc/ss.c, render). */
export interface Column {
  title: string;
  right: boolean;
  /** What stands before it, unless it is the first of its line. */
  before: string;
  hidden?: boolean;
}

/** Rows as text. @param screen width of the terminal, or null; `withTitles` prints the headings, too. */
export function renderColumns(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  withTitles: boolean,
  screen: number | null,
): string {
  const shown = columns.map((_, i) => i).filter((i) => !columns[i]?.hidden);
  const lines = withTitles ? [columns.map((c) => c.title), ...rows] : rows;
  const widths = columns.map(() => 0);
  let isFirst = true;
  for (const i of shown) {
    // The last field of all is not measured before it is printed.
    const measured = i === shown.at(-1) && rows.length > 0 ? lines.slice(0, -1) : lines;
    const longest = Math.max(0, ...measured.map((row) => (row[i] ?? "").length));
    const width = longest === 0 ? 0 : longest + (isFirst ? 0 : (columns[i] as Column).before.length);
    widths[i] = Math.min(width, screen ?? Number.POSITIVE_INFINITY);
    if (width > 0) isFirst = false;
  }
  const used = shown.filter((i) => (widths[i] as number) > 0 || lines.some((row) => (row[i] ?? "") !== ""));
  const ends = screen === null ? new Set<number>() : spread(used, widths, screen);
  return lines.map((row) => line(columns, row, used, widths, ends)).join("");
}

/** Shares out the rest of each line of the screen. Returns the columns that end a line. */
function spread(used: readonly number[], widths: number[], screen: number): Set<number> {
  const ends = new Set<number>();
  let from = 0;
  for (let at = 0, length = 0; at < used.length; at++) {
    const width = widths[used[at] as number] as number;
    length += width;
    const isLast = at === used.length - 1;
    if (!isLast && length < screen) continue;
    if (length > screen && at > from) {
      length -= width;
      at--;
    }
    const members = used.slice(from, at + 1);
    const spare = Math.max(screen - length, 0);
    members.forEach((i, n) => {
      const extra = members.length - n <= spare % members.length ? 1 : 0;
      widths[i] = (widths[i] as number) + Math.floor(spare / members.length) + extra;
    });
    ends.add(used[at] as number);
    from = at + 1;
    length = 0;
  }
  return ends;
}

function line(
  columns: readonly Column[],
  row: readonly string[],
  used: readonly number[],
  widths: readonly number[],
  ends: ReadonlySet<number>,
): string {
  let text = "";
  let starts = true;
  for (const i of used) {
    const column = columns[i] as Column;
    const before = starts ? "" : column.before;
    const width = (widths[i] as number) - before.length;
    const cell = row[i] ?? "";
    text += before + (column.right ? cell.padStart(width) : cell.padEnd(width));
    starts = ends.has(i);
    if (starts && i !== used.at(-1)) text += "\n";
  }
  return `${text}\n`;
}
