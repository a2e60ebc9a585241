// Every sentence of the page in English. The other languages have exactly these keys: `zh: typeof en`.

import { enCanvas } from "./en-canvas.ts";

export const en = {
  canvas: enCanvas,
  notice: {
    forked: "You acted in the past. The future that you left is kept as a branch.",
    bringBack: "Bring it back",
    nothingMore: "Nothing more is going to happen by itself.",
    restarted: "The simulator stopped unexpectedly and was restarted from the log of your commands. Nothing is lost.",
    restartedWithoutLast:
      "The simulator stopped unexpectedly and was restarted without your last command, which would have stopped it again. What stood before is kept aside.",
    restartedFresh:
      "The simulator stopped unexpectedly and could not be brought back. The scene starts anew; your log is kept aside.",
    commandLost: (line: string) => `This command was not run: ${line}`,
  },
  refusal: {
    "bad-message": "The simulator did not understand the page. What was open stays open.",
    "bad-state": "That state can't be opened: it is damaged or from another version. What was open stays open.",
    "bad-scene": "That scene can't be opened: it is damaged. What was open stays open.",
    "no-such-node": "That container or machine does not exist any more.",
    crash: "The simulator does not answer.",
  },
};
