// What the page gets ready for when whatever somebody looks at is there: paper, a fault, and a visit without a network.

/** A while after the page has opened, ms. */
const AFTER_MS = 2500;

export function afterwards(): void {
  void import("../undo/undo.ts").then(({ watchDrawing }) => watchDrawing());
  setTimeout(() => {
    // Fetched before it is wanted: a print cannot wait.
    void import("../print/print.ts").then(({ preparePrint }) => preparePrint());
    void import("../recovery-page.ts");
    void import("../offline/register.ts").then(({ keepForOffline }) => keepForOffline());
  }, AFTER_MS);
}
