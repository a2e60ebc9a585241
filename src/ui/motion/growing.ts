/** Typed arrays that grow by doubling: columns of tables that only ever get longer. */

type Column = Float64Array | Int32Array | Uint8Array;

/** A column with room for `length` entries and the old content; new room is filled with `fill`. */
export function grown<T extends Column>(column: T, length: number, fill: number): T {
  if (length <= column.length) return column;
  const Kind = column.constructor as new (length: number) => T;
  const wider = new Kind(Math.max(length, column.length * 2));
  wider.set(column);
  if (fill !== 0) wider.fill(fill, column.length);
  return wider;
}

/** Number of the first of `count` rising values that is greater than `value`. */
export function upperBound(values: Float64Array, count: number, value: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
