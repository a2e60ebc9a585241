/** What Docker and its host say that they are: Engine 20.10.24 as Debian 12 packages it, on the kernel of the recordings. */

export const VERSION = "20.10.24+dfsg1";
export const API_VERSION = "1.41";
export const GO_VERSION = "go1.19.8";
export const GIT_COMMIT = "297e128";
export const SERVER_COMMIT = "5d6db84";
export const BUILT = "Thu May  7 21:09:36 2026";
export const KERNEL = "6.18.0";
/** As `docker --version` has it. */
export const CLIENT_VERSION = `${VERSION}, build ${GIT_COMMIT}`;
