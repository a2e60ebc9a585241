// Seeded random numbers: sfc32, from Chris Doty-Humphrey's PractRand. Not for secrets.
import { bug } from "./assert.ts";

/** The generator's state, four uint32: a plain record, so that a copied world goes on as the original would. */
export type Random = { a: number; b: number; c: number; d: number };

const TWO_32 = 0x1_0000_0000;
/** Rounds thrown away after seeding, until each bit of the seed has reached each bit of the state. */
const WARM_UP_ROUNDS = 15;

/** A uint32 hash of the string's UTF-16 units: FNV-1a, then MurmurHash3's finaliser to spread the bits. */
export function hashString(s: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < s.length; i++) {
    const unit = s.charCodeAt(i);
    h = Math.imul(h ^ (unit & 0xff), 0x01000193);
    h = Math.imul(h ^ (unit >>> 8), 0x01000193);
  }
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A generator for a seed. Equal seeds give equal sequences; the number 1 and the string "1" are the same seed. */
export function seedRandom(seed: number | string): Random {
  const text = String(seed);
  const r = { a: hashString(`a${text}`), b: hashString(`b${text}`), c: hashString(`c${text}`), d: 1 };
  for (let i = 0; i < WARM_UP_ROUNDS; i++) randomU32(r);
  return r;
}

/** The next uint32; steps `r`. */
export function randomU32(r: Random): number {
  const t = (((r.a + r.b) | 0) + r.d) | 0;
  r.d = (r.d + 1) >>> 0;
  r.a = (r.b ^ (r.b >>> 9)) >>> 0;
  r.b = (r.c + (r.c << 3)) >>> 0;
  r.c = (((r.c << 21) | (r.c >>> 11)) + t) >>> 0;
  return t >>> 0;
}

/** A whole number in [0, n), each equally likely; 1 ≤ n ≤ 2^32. */
export function randomBelow(r: Random, n: number): number {
  if (!(Number.isInteger(n) && n >= 1 && n <= TWO_32)) bug(`randomBelow(${n})`);
  let value = randomU32(r);
  // The last values, fewer than n, would favour small numbers.
  while (value >= TWO_32 - n && value >= TWO_32 - (TWO_32 % n)) value = randomU32(r);
  return value % n;
}

/** A number in [0, 1), in steps of 2^-32. */
export function randomFloat(r: Random): number {
  return randomU32(r) / TWO_32;
}
