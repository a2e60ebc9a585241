// Sentences in English about links and everything else that is made to be passed on. Fetched with what says them.

export const enShare = {
  faults: {
    "not-a-link": "The address carries something after “#s=” that is no state of this page. What was open stays open.",
    damaged: "The state in this link is damaged: a part of the link is probably missing. What was open stays open.",
    "too-large": "The state in this link is too large to be opened. What was open stays open.",
    newer: "This link was made by a newer version of the page. Load the page anew and open it again.",
    "no-such-scene": "This link leads to a scene that this page doesn’t have. What was open stays open.",
    refused: "The state in this link makes no sense to the simulator. What was open stays open.",
  },
  sceneChanged: "The scene has been changed since this link was made: some things may happen at other moments.",
  kept: (title: string) => `The link is open. “${title}” is kept with what you did in it.`,
  script: {
    head: (title: string, seconds: string) =>
      `“${title}” up to ${seconds} s, for real machines. Made by docker0 Playground.`,
    needs: "Needs Linux, root, Docker, and the programs that the lines use (iproute2, bridge-utils, iptables …).",
    images: (images: string) => `Docker fetches these images where they are missing: ${images}`,
    clean: "takes away the containers and networks that it made",
    machines: "The machines of the drawing, and what they have to start with:",
    together: "The set-up is done. Press Enter on all machines at once: ",
    cleaned: "Containers and networks are gone. Routes, addresses and rules that were added by hand are still there.",
    exists: "there is a container of this name already, and it is left alone. Remove or rename it first.",
    usage: (parts: string) => `Which machine is this? ${parts} | clean`,
    root: "This has to be run as root.",
  },
};
