/** Where the recordings lie. */
import { fileURLToPath } from "node:url";

export const RECORDINGS_DIR = fileURLToPath(new URL("./data", import.meta.url));
export const RATCHET_FILE = fileURLToPath(new URL("./ratchet.json", import.meta.url));
