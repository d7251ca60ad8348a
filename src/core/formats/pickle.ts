import { invalid, LabError } from '../errors';
import { OPERATIONS } from './pickleOpcodes';
import { Opaque, refusal, type PickleObject } from './pickleValues';
import { decodeUtf8 } from './utf8';

/**
 * Operations a pickle may have, and so the number of values that reading one can make; a tensor in
 * a state dict takes about 20.
 */
export const MAX_PICKLE_OPERATIONS = 2 ** 20;

/** What a pickle may refer to beyond plain data. */
export interface PickleHost {
  /** By `module.name`: the only globals that are known; all others are {@link Opaque}. */
  readonly globals: ReadonlyMap<string, PickleObject>;
  /** The object behind a persistent id; throws a LabError for an id it does not know. */
  readonly load: (id: unknown) => unknown;
  /** Hears of every global that is not known. */
  readonly onUnknown?: (name: string) => void;
}

/**
 * Reads a pickle of protocol 2 without running anything: plain data, and the globals, calls and
 * persistent ids that the host knows. Tuples are frozen arrays, dicts Maps, integers beyond
 * ±(2⁵³ − 1) bigints; what comes of any other global is an {@link Opaque} of its name. The result may
 * hold one container in several places, or itself.
 * @throws LabError of kind `unsupported` for other opcodes, by name, and `invalid-input` for what is no
 * pickle
 */
export function unpickle(bytes: Uint8Array, host: PickleHost): unknown {
  return new Unpickler(bytes, host).run();
}

/** The machine that a pickle is a program for: a stack, a memo and the bytes still to come. */
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
        if (operation === undefined) throw refusal(`${name} is not read`);
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

  // The bytes

  take(length: number): Uint8Array {
    const left = this.bytes.length - this.at;
    if (length > left) throw invalid(`${length} bytes are wanted where ${left} are left`);
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  /** Little-endian, of 1 to 4 bytes. */
  unsigned(width: number): number {
    return this.take(width).reduceRight((value, byte) => value * 256 + byte, 0);
  }

  /** Little-endian two's complement. */
  integer(width: number): number | bigint {
    const digits = this.take(width).reduceRight((value, byte) => value * 256n + BigInt(byte), 0n);
    const value = BigInt.asIntN(8 * width, digits);
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }

  /** Big-endian, as pickles have it. */
  double(): number {
    this.take(8);
    return this.view.getFloat64(this.at - 8);
  }

  line(): string {
    const end = this.bytes.indexOf(10, this.at);
    if (end < 0) throw invalid('a line without an end');
    const text = decodeUtf8(this.take(end - this.at), 'a line');
    this.at++;
    return text;
  }

  // The stack

  push(value: unknown): void {
    this.stack.push(value);
  }

  /** Leaves what lies under the last mark alone. */
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
    if (!this.memo.has(index)) throw invalid(`nothing was memorised as ${index}`);
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
