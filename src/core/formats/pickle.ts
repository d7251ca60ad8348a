import { invalid, LabError } from '../errors';
import { OPERATIONS } from './pickleOpcodes';
import { Opaque, refusal, type PickleObject } from './pickleValues';
import { decodeUtf8 } from './utf8';

/**
 * Largest number of operations in a pickle, which also bounds the number of values; a tensor in a state dict
 * takes about 20.
 */
export const MAX_PICKLE_OPERATIONS = 2 ** 20;

/** Objects that a pickle may refer to besides plain data. */
export interface PickleHost {
  /** Supported globals by `module.name`; all others become {@link Opaque}. */
  readonly globals: ReadonlyMap<string, PickleObject>;
  /** Resolves a persistent id; throws a LabError for an unknown one. */
  readonly load: (id: unknown) => unknown;
  /** Called with the name of every unsupported global. */
  readonly onUnknown?: (name: string) => void;
}

/**
 * Reads a pickle of protocol 2 without executing anything: plain data, and the globals, calls and persistent
 * ids that the host supports. Tuples become frozen arrays, dicts Maps, integers beyond ±(2⁵³ − 1) bigints;
 * results of other globals become an {@link Opaque} with the global's name. The result may contain a
 * container in several places, or cyclically.
 * @throws LabError of kind `unsupported` naming an opcode that is not supported, and `invalid-input` for
 *   anything that is not a pickle
 */
export function unpickle(bytes: Uint8Array, host: PickleHost): unknown {
  return new Unpickler(bytes, host).run();
}

/** The pickle machine: a stack, a memo and the remaining bytes. */
export class Unpickler {
  private readonly view: DataView;
  private readonly stack: unknown[] = [];
  private readonly marks: number[] = [];
  private readonly memo = new Map<number, unknown>();
  private at = 0;
  private result: unknown;
  private stopped = false;

  constructor(
    private readonly bytes: Uint8Array,
    readonly host: PickleHost,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  run(): unknown {
    for (let count = 0; !this.stopped; count++) {
      const start = this.at;
      let name = 'end';
      try {
        if (count === MAX_PICKLE_OPERATIONS) {
          throw invalid(`more than ${MAX_PICKLE_OPERATIONS} operations`);
        }
        const code = this.unsigned(1);
        const operation = OPERATIONS.get(code);
        name = operation?.name ?? `opcode 0x${code.toString(16).padStart(2, '0')}`;
        if (operation === undefined) throw refusal(`${name} is not supported`);
        operation.run(this);
      } catch (error) {
        if (!(error instanceof LabError)) throw error;
        throw error.at({ field: `pickle byte ${start} (${name})` });
      }
    }
    return this.result;
  }

  stop(): void {
    this.result = this.pop();
    this.stopped = true;
  }

  // Bytes

  take(length: number): Uint8Array {
    const left = this.bytes.length - this.at;
    if (length > left) throw invalid(`${length} bytes are needed, but only ${left} are left`);
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  /** Little-endian, 1 to 4 bytes. */
  unsigned(width: number): number {
    return this.take(width).reduceRight((value, byte) => value * 256 + byte, 0);
  }

  /** Little-endian two's complement. */
  integer(width: number): number | bigint {
    const digits = this.take(width).reduceRight((value, byte) => value * 256n + BigInt(byte), 0n);
    const value = BigInt.asIntN(8 * width, digits);
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }

  /** Big-endian. */
  double(): number {
    this.take(8);
    return this.view.getFloat64(this.at - 8);
  }

  line(): string {
    const end = this.bytes.indexOf(10, this.at);
    if (end < 0) throw invalid('a line is not terminated');
    const text = decodeUtf8(this.take(end - this.at), 'a line');
    this.at++;
    return text;
  }

  // Stack

  push(value: unknown): void {
    this.stack.push(value);
  }

  /** Fails instead of popping values below the last mark. */
  pop(): unknown {
    return this.popMany(1)[0];
  }

  popMany(count: number): unknown[] {
    if (this.stack.length - count < (this.marks.at(-1) ?? 0)) throw invalid('the stack is empty');
    return this.stack.splice(this.stack.length - count);
  }

  top(): unknown {
    const value = this.pop();
    this.push(value);
    return value;
  }

  mark(): void {
    this.marks.push(this.stack.length);
  }

  popToMark(): unknown[] {
    const mark = this.marks.pop();
    if (mark === undefined) throw invalid('there is no mark on the stack');
    return this.stack.splice(mark);
  }

  // Memo and globals

  remember(index: number): void {
    this.memo.set(index, this.top());
  }

  recall(index: number): void {
    if (!this.memo.has(index)) throw invalid(`memo entry ${index} does not exist`);
    this.push(this.memo.get(index));
  }

  global(): PickleObject {
    const name = [this.line(), this.line()].join('.');
    const known = this.host.globals.get(name);
    if (known !== undefined) return known;
    this.host.onUnknown?.(name);
    return new Opaque(name);
  }
}
