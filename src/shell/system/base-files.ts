/** Files of the Debian root that machines and images share, as far as somebody would look at them or write others beside them. */
import { INDEX_PAGE } from "../http/pages.ts";
import { USERS } from "./users.ts";

const passwd = USERS.map((u) => `${u.name}:x:${u.uid}:${u.gid}:${u.name}:${u.home}:${u.shell}\n`).join("");

/** What every machine and container finds, the page of its nginx included. */
export const BASE_FILES: Readonly<Record<string, string>> = {
  "/etc/debian_version": "12.15\n",
  "/etc/nsswitch.conf":
    "passwd:         files\ngroup:          files\nshadow:         files\ngshadow:        files\n\nhosts:          files dns\nnetworks:       files\n\nprotocols:      db files\nservices:       db files\nethers:         db files\nrpc:            db files\n\nnetgroup:       nis\n",
  "/etc/os-release":
    'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nVERSION="12 (bookworm)"\nVERSION_CODENAME=bookworm\nID=debian\n',
  "/etc/passwd": passwd,
  "/usr/share/nginx/html/index.html": INDEX_PAGE,
  "/var/www/html/index.nginx-debian.html": INDEX_PAGE,
};
