/** Writes this into the page's address, without a new entry in the history. */
export function replaceAddress(url: URL): void {
  try {
    history.replaceState(history.state, "", url);
  } catch {
    // A frame may forbid it: then the address stays as it is.
  }
}
