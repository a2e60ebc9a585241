/** Flags of the page's address: a bare one is true; null for a value that is neither. */
export function flagOf(value: string): boolean | null {
  const word = value.trim().toLowerCase();
  if (word === "" || word === "1" || word === "true") return true;
  return word === "0" || word === "false" ? false : null;
}

/**
 * Whether this page is a figure in another one (`?embed=1`). Then nothing is kept from visit to visit: a figure must not
 * take the place of the reader's own work.
 */
export const EMBEDDED: boolean =
  typeof location !== "undefined" && flagOf(new URLSearchParams(location.search).get("embed") ?? "0") === true;
