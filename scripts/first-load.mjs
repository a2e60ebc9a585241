const NAME = "first-load";

/**
 * Puts all that the page's first picture needs into one chunk: shared with what is fetched later, it would fall apart into thirty, each packed
 * by itself. What the script of index.html needs stays with that script, so that it can start the worker at once.
 * @param {string} start how the id of index.html's script ends
 * @param {string} page how the id of the module ends that draws the first picture
 * @returns {{ plugin: import("vite").Plugin, group: { name: string, test: (id: string) => boolean } }}
 */
export function firstLoad(start, page) {
  /** @type {Set<string>} */
  let first = new Set();
  return {
    plugin: {
      name: "first-load",
      buildEnd() {
        /** @param {string} end @returns {Set<string>} the module and all that it imports */
        const needed = (end) => {
          const ids = new Set([...this.getModuleIds()].filter((id) => id.endsWith(end)));
          for (const id of ids) for (const other of this.getModuleInfo(id)?.importedIds ?? []) ids.add(other);
          return ids;
        };
        const before = needed(start);
        first = new Set([...needed(page)].filter((id) => !before.has(id)));
      },
      transformIndexHtml: {
        order: "post",
        // Fetched beside index.html's script and not after it.
        handler(_html, { bundle = {} }) {
          const chunk = Object.values(bundle).find((file) => file.type === "chunk" && file.name === NAME);
          if (chunk?.type !== "chunk") return [];
          const styles = [...(chunk.viteMetadata?.importedCss ?? [])];
          return [
            { tag: "link", attrs: { rel: "modulepreload", crossorigin: true, href: `./${chunk.fileName}` } },
            ...styles.map((href) => ({
              tag: "link",
              attrs: { rel: "preload", as: "style", crossorigin: true, href: `./${href}` },
            })),
          ];
        },
      },
    },
    group: { name: NAME, test: (id) => first.has(id) },
  };
}
