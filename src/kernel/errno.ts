/** Error numbers that the kernel model returns, negative as in Linux: include/uapi/asm-generic/errno*.h. 0 is success. */

export const EPERM = -1;
export const ENOENT = -2;
export const ESRCH = -3;
export const EIO = -5;
export const ENXIO = -6;
export const E2BIG = -7;
export const EBADF = -9;
export const EAGAIN = -11;
export const ENOMEM = -12;
export const EACCES = -13;
export const EBUSY = -16;
export const EEXIST = -17;
export const ENODEV = -19;
export const EINVAL = -22;
export const EROFS = -30;
export const EPIPE = -32;
export const EMLINK = -31;
export const ENOTEMPTY = -39;
export const EXFULL = -54;
export const ENONET = -64;
export const EPROTO = -71;
export const EDESTADDRREQ = -89;
export const EMSGSIZE = -90;
export const ENOPROTOOPT = -92;
export const EPROTONOSUPPORT = -93;
export const EOPNOTSUPP = -95;
export const EADDRINUSE = -98;
export const EADDRNOTAVAIL = -99;
export const ENETDOWN = -100;
export const ENETUNREACH = -101;
export const ECONNRESET = -104;
export const ENOBUFS = -105;
export const EISCONN = -106;
export const ENOTCONN = -107;
export const ETIMEDOUT = -110;
export const ECONNREFUSED = -111;
export const EHOSTDOWN = -112;
export const EHOSTUNREACH = -113;
export const EINPROGRESS = -115;
export const EREMOTEIO = -121;
export const ELOOP = -40;
export const ERANGE = -34;

const WORDS: Readonly<Record<number, string>> = {
  [EPERM]: "Operation not permitted",
  [ENOENT]: "No such file or directory",
  [ESRCH]: "No such process",
  [EIO]: "Input/output error",
  [ENXIO]: "No such device or address",
  [E2BIG]: "Argument list too long",
  [EBADF]: "Bad file descriptor",
  [EAGAIN]: "Resource temporarily unavailable",
  [ENOMEM]: "Cannot allocate memory",
  [EACCES]: "Permission denied",
  [EBUSY]: "Device or resource busy",
  [EEXIST]: "File exists",
  [ENODEV]: "No such device",
  [EINVAL]: "Invalid argument",
  [EROFS]: "Read-only file system",
  [EMLINK]: "Too many links",
  [ERANGE]: "Numerical result out of range",
  [ENOTEMPTY]: "Directory not empty",
  [ELOOP]: "Too many levels of symbolic links",
  [EXFULL]: "Exchange full",
  [ENONET]: "Machine is not on the network",
  [EPROTO]: "Protocol error",
  [EDESTADDRREQ]: "Destination address required",
  [EREMOTEIO]: "Remote I/O error",
  [EMSGSIZE]: "Message too long",
  [ENOPROTOOPT]: "Protocol not available",
  [EPROTONOSUPPORT]: "Protocol not supported",
  [EOPNOTSUPP]: "Operation not supported",
  [EADDRINUSE]: "Address already in use",
  [EADDRNOTAVAIL]: "Cannot assign requested address",
  [ENETDOWN]: "Network is down",
  [ENETUNREACH]: "Network is unreachable",
  [ENOBUFS]: "No buffer space available",
  [ETIMEDOUT]: "Connection timed out",
  [ECONNREFUSED]: "Connection refused",
  [EHOSTDOWN]: "Host is down",
  [EHOSTUNREACH]: "No route to host",
  [EPIPE]: "Broken pipe",
  [ECONNRESET]: "Connection reset by peer",
  [EISCONN]: "Transport endpoint is already connected",
  [ENOTCONN]: "Transport endpoint is not connected",
  [EINPROGRESS]: "Operation now in progress",
};

/** strerror(3) of glibc, for a negative or positive number. */
export function strerror(errno: number): string {
  return WORDS[errno < 0 ? errno : -errno] ?? `Unknown error ${Math.abs(errno)}`;
}
