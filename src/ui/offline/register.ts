// Keeps the page for when there is no network. A figure in another page is left alone, and so is a page without an address.

export async function keepForOffline(): Promise<void> {
  if (!import.meta.env.PROD || !isSecureContext || self.origin === "null" || self !== top) return;
  try {
    // Beside the folder that this script lies in, wherever the page's own address leads.
    const here = import.meta.url;
    await navigator.serviceWorker.register(new URL("../sw.js", here), { scope: new URL("../", here).pathname });
  } catch (error) {
    // A browser may forbid it; then the page needs its network, as every page does.
    console.info("offline:", error);
  }
}
