/** md5sum, sha1sum and sha256sum of coreutils 9.1: RFC 1321, FIPS 180-4. Left out: -c. */
import { exit, write } from "../process.ts";
import { lineProgram } from "./filter.ts";
import { getopt } from "./usage.ts";
import { toUtf8 } from "./utf8.ts";

/** The message with its 1 bit, zeros and length in bits, as 32-bit words in blocks of sixteen. */
function padded(bytes: Uint8Array, littleEndian: boolean): number[][] {
  const size = Math.ceil((bytes.length + 9) / 64) * 64;
  const view = new DataView(new ArrayBuffer(size));
  for (const [i, byte] of bytes.entries()) view.setUint8(i, byte);
  view.setUint8(bytes.length, 0x80);
  view.setUint32(size - (littleEndian ? 8 : 4), bytes.length * 8, littleEndian);
  return Array.from({ length: size / 64 }, (_, block) =>
    Array.from({ length: 16 }, (__, i) => view.getUint32(64 * block + 4 * i, littleEndian)),
  );
}

const left = (word: number, by: number) => (word << by) | (word >>> (32 - by));
const right = (word: number, by: number) => left(word, 32 - by);

function hex(words: readonly number[], littleEndian: boolean): string {
  const view = new DataView(new ArrayBuffer(4));
  return words
    .map((word) => {
      view.setInt32(0, word, littleEndian);
      return view.getUint32(0).toString(16).padStart(8, "0");
    })
    .join("");
}

const MD5_SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
const MD5_SINES = Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32) | 0);

function md5(bytes: Uint8Array): string {
  let state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (const block of padded(bytes, true)) {
    let [a, b, c, d] = state as [number, number, number, number];
    for (let i = 0; i < 64; i++) {
      const round = i >> 4;
      const f = [(b & c) | (~b & d), (d & b) | (~d & c), b ^ c ^ d, c ^ (b | ~d)][round] as number;
      const at = [i, 5 * i + 1, 3 * i + 5, 7 * i][round] as number;
      const sum = (a + f + (MD5_SINES[i] as number) + (block[at % 16] as number)) | 0;
      [a, d, c, b] = [d, c, b, (b + left(sum, MD5_SHIFTS[4 * round + (i % 4)] as number)) | 0];
    }
    state = [a, b, c, d].map((word, i) => (word + (state[i] as number)) | 0);
  }
  return hex(state, true);
}

function sha1(bytes: Uint8Array): string {
  let state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
  for (const block of padded(bytes, false)) {
    const w = [...block];
    const at = (i: number) => w[i] as number;
    for (let i = 16; i < 80; i++) w.push(left(at(i - 3) ^ at(i - 8) ^ at(i - 14) ^ at(i - 16), 1));
    let [a, b, c, d, e] = state as [number, number, number, number, number];
    for (let i = 0; i < 80; i++) {
      const round = Math.floor(i / 20);
      const f = [(b & c) | (~b & d), b ^ c ^ d, (b & c) | (b & d) | (c & d), b ^ c ^ d][round] as number;
      const k = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6][round] as number;
      [a, b, c, d, e] = [(left(a, 5) + f + e + k + at(i)) | 0, a, left(b, 30), c, d];
    }
    state = [a, b, c, d, e].map((word, i) => (word + (state[i] as number)) | 0);
  }
  return hex(state, false);
}

const PRIMES: number[] = [];
for (let n = 2; PRIMES.length < 64; n++) if (PRIMES.every((p) => n % p !== 0)) PRIMES.push(n);
/** The first 32 bits of the fraction. */
const fraction = (x: number) => Math.floor((x - Math.floor(x)) * 2 ** 32) | 0;

function sha256(bytes: Uint8Array): string {
  let state = PRIMES.slice(0, 8).map((p) => fraction(Math.sqrt(p)));
  for (const block of padded(bytes, false)) {
    const w = [...block];
    const at = (i: number) => w[i] as number;
    for (let i = 16; i < 64; i++) {
      const s0 = right(at(i - 15), 7) ^ right(at(i - 15), 18) ^ (at(i - 15) >>> 3);
      const s1 = right(at(i - 2), 17) ^ right(at(i - 2), 19) ^ (at(i - 2) >>> 10);
      w.push((at(i - 16) + s0 + at(i - 7) + s1) | 0);
    }
    let [a, b, c, d, e, f, g, h] = state as [number, number, number, number, number, number, number, number];
    for (let i = 0; i < 64; i++) {
      const s1 = right(e, 6) ^ right(e, 11) ^ right(e, 25);
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + fraction(Math.cbrt(PRIMES[i] as number)) + at(i)) | 0;
      const t2 = ((right(a, 2) ^ right(a, 13) ^ right(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [a, b, c, d, e, f, g, h] = [(t1 + t2) | 0, a, b, c, (d + t1) | 0, e, f, g];
    }
    state = [a, b, c, d, e, f, g, h].map((word, i) => (word + (state[i] as number)) | 0);
  }
  return hex(state, false);
}

interface Digest {
  failed: boolean;
  text: string;
}

const digest = (name: string, sum: (bytes: Uint8Array) => string) =>
  lineProgram<Digest>({
    path: `/usr/bin/${name}`,
    about: "a file's digest",
    begin(sys, args) {
      const o = getopt(sys, args, { flags: "bt" });
      return o && { files: o.operands, state: { failed: false, text: "" } };
    },
    file(_sys, s) {
      s.text = "";
    },
    line(_sys, s, line, newline) {
      s.text += line + (newline ? "\n" : "");
      return true;
    },
    fileEnd(sys, s, file) {
      write(sys, 1, `${sum(toUtf8(s.text))}  ${file ?? "-"}\n`);
    },
    end(sys, s) {
      exit(sys, s.failed ? 1 : 0);
    },
  });

export const DIGEST_PROGRAMS = {
  md5sum: digest("md5sum", md5),
  sha1sum: digest("sha1sum", sha1),
  sha256sum: digest("sha256sum", sha256),
};
