import type { MersenneTwister } from '../../src/core/random/mersenneTwister';
import { below, oneOf } from '../campaign';

type Mutation = (bytes: Uint8Array, random: MersenneTwister, other: Uint8Array) => Uint8Array;

/** What programs write where a number, a name or a bracket should be. */
const WORDS = [
  ...['-1', '0', '1e400', '99999999999999999999', 'NaN', 'null', 'true', '""', '"\\u0000"'],
  ...['[', ']', '{', '}', ',', ':', '\n', '\r\n', '\ufeff', '__proto__', 'constructor', 'toString'],
].map((word) => new TextEncoder().encode(word));

function spliced(bytes: Uint8Array, at: number, remove: number, insert: Uint8Array): Uint8Array {
  return Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + remove)]);
}

const MUTATIONS: readonly Mutation[] = [
  function flipBit(bytes, random) {
    const copy = bytes.slice();
    copy[below(random, copy.length)] ^= 1 << below(random, 8);
    return copy;
  },
  function setByte(bytes, random) {
    const copy = bytes.slice();
    copy[below(random, copy.length)] = oneOf(random, [0, 1, 0x7f, 0x80, 0xff, below(random, 256)]);
    return copy;
  },
  function truncate(bytes, random) {
    return bytes.slice(0, below(random, bytes.length));
  },
  function removeRange(bytes, random) {
    return spliced(bytes, below(random, bytes.length), 1 + below(random, 64), new Uint8Array());
  },
  function repeatRange(bytes, random) {
    const start = below(random, bytes.length);
    const range = bytes.slice(start, start + 1 + below(random, 64));
    const times = 1 + below(random, 8);
    return spliced(bytes, start, 0, Buffer.concat(Array<Uint8Array>(times).fill(range)));
  },
  function insertWord(bytes, random) {
    return spliced(bytes, below(random, bytes.length + 1), below(random, 4), oneOf(random, WORDS));
  },
  function hugeLength(bytes, random) {
    const copy = Buffer.from(bytes);
    if (copy.length < 8) return copy;
    const value = oneOf(random, [0x7fffffff, 0xffffffff, 0x80000000, copy.length + 1]);
    copy.writeUInt32LE(value, below(random, copy.length - 3));
    return copy;
  },
  function spliceOther(bytes, random, other) {
    const start = below(random, other.length);
    const range = other.slice(start, start + 1 + below(random, 256));
    return spliced(bytes, below(random, bytes.length), below(random, range.length), range);
  },
];

/** One to four random changes of some bytes. @param other bytes of the same kind, to take parts from */
export function mutated(bytes: Uint8Array, other: Uint8Array, random: MersenneTwister): Uint8Array {
  let result = bytes;
  for (let change = below(random, 4); change >= 0; change--) {
    if (result.length > 0) result = oneOf(random, MUTATIONS)(result, random, other);
  }
  return result;
}
