// Keeps the page for when there is no network. A figure in another page is left alone, and so is a page without an address.

/** A while after the page has opened, ms: what somebody looks at comes first. */
const AFTER_MS = 3000;

export function keepForOffline(): void {
  if (!import.meta.env.PROD || !isSecureContext || self.origin === "null" || self !== top) return;
  setTimeout(() => void register(), AFTER_MS);
}

async function register(): Promise<void> {
  try {
    // Beside the folder that this script lies in, wherever the page's own address leads.
    const here = import.meta.url;
    await navigator.serviceWorker.register(new URL("../sw.js", here), { scope: new URL("../", here).pathname });
  } catch (error) {
    // A browser may forbid it; then the page needs its network, as every page does.
    console.info("offline:", error);
  }
}
