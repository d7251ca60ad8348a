/** A range of a text, in UTF-16 units. */
export interface JsonSpan {
  readonly offset: number;
  readonly length: number;
}

/** A value with its position in the text. */
export interface JsonNode {
  readonly type: 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';
  readonly offset: number;
  length: number;
  /** Set for strings, numbers, booleans and null. */
  readonly value?: string | number | boolean | null;
  /** Fields of an object by name; for a repeated name the last one. */
  readonly members?: Map<string, JsonMember>;
  /** Entries of an array; empty for arrays nested in arrays. */
  readonly items?: JsonNode[];
}

/** A field of an object. */
export interface JsonMember {
  readonly name: JsonSpan;
  /** Undefined for an unknown name. */
  readonly node?: JsonNode;
}

type Path = readonly (string | number)[];

/** A range of a text with the path of its field. */
export interface PlacedSpan extends JsonSpan {
  readonly path: Path;
}

/** The content of a text, as far as it is JSON. */
export interface JsonReading {
  /** The tree read before any error; undefined if not even a value begins. */
  readonly root?: JsonNode;
  /** Position of the first syntax error. */
  readonly error?: { readonly offset: number; readonly tooDeep: boolean };
  /** Names that their object has already. */
  readonly repeated: readonly PlacedSpan[];
  /** Integers that were rounded from numbers with more digits. */
  readonly rounded: readonly PlacedSpan[];
  /** Number of names and entries beyond {@link JsonReadingOptions.maxUnexpected}, which were only counted. */
  readonly passed: number;
  /** Offset of the first value beyond {@link JsonReadingOptions.maxValues}. */
  readonly tooMany?: number;
}

/** Limits of reading: time is linear in the length of the text, and memory is bounded. */
export interface JsonReadingOptions {
  /** Whether to read the values of fields of this name; others are skipped. */
  readonly wants: (name: string) => boolean;
  /** Largest allowed nesting of brackets. */
  readonly maxDepth: number;
  /** Largest number of array entries to read; further ones are skipped. */
  readonly maxValues: number;
  /**
   * Largest number of unexpected items to record: unknown or repeated names, and array entries that are not
   * numbers.
   */
  readonly maxUnexpected: number;
}

/** Reads JSON in one pass, with the positions of known fields; never throws. */
export function readJsonTree(json: string, options: JsonReadingOptions): JsonReading {
  const reader = new JsonReader(json, options);
  try {
    reader.read();
  } catch (error) {
    if (!(error instanceof NotJson)) throw error;
    const { offset, tooDeep } = error;
    return { ...reader.reading(), error: { offset, tooDeep } };
  }
  return reader.reading();
}

/** The plain value of a tree; skipped values are null. */
export function valueOf(node: JsonNode): unknown {
  if (node.items) return node.items.map(valueOf);
  if (!node.members) return node.value;
  // Without a prototype, so that a field may have any name, such as "__proto__".
  const value = Object.create(null) as Record<string, unknown>;
  for (const [name, member] of node.members)
    value[name] = member.node ? valueOf(member.node) : null;
  return value;
}

/** Number of entries read of every array, so that no array appears empty because of another. */
const MIN_ITEMS = 100;

class NotJson extends Error {
  constructor(
    readonly offset: number,
    readonly tooDeep = false,
  ) {
    super();
  }
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const LITERALS = { t: ['true', true], f: ['false', false], n: ['null', null] } as const;

class JsonReader {
  private at = 0;
  private root: JsonNode | undefined;
  private values = 0;
  private unexpected = 0;
  private passed = 0;
  private tooMany: number | undefined;
  private readonly repeated: PlacedSpan[] = [];
  private readonly rounded: PlacedSpan[] = [];
  private readonly path: (string | number)[] = [];

  constructor(
    private readonly json: string,
    private readonly options: JsonReadingOptions,
  ) {}

  reading(): JsonReading {
    const { root, repeated, rounded, passed, tooMany } = this;
    return { root, repeated, rounded, passed, tooMany };
  }

  read(): void {
    this.skipSpace();
    this.value(true, 0, (node) => (this.root = node));
    this.skipSpace();
    if (this.at < this.json.length) throw new NotJson(this.at);
  }

  /** @param made called with the value's node as soon as it begins */
  private value(make: boolean, depth: number, made: (node: JsonNode) => void): void {
    const offset = this.at;
    const first = this.json[offset];
    const leaf = (type: JsonNode['type'], value?: JsonNode['value']): void =>
      made({ type, offset, length: this.at - offset, value });
    if (first === '{' || first === '[') {
      if (depth >= this.options.maxDepth) throw new NotJson(offset, true);
      const node: JsonNode =
        first === '{'
          ? { type: 'object', offset, length: 1, members: new Map() }
          : { type: 'array', offset, length: 1, items: [] };
      if (make) made(node);
      if (first === '{') this.object(make ? node : undefined, depth + 1);
      else this.array(make ? node : undefined, depth + 1);
      node.length = this.at - offset;
    } else if (first === '"') {
      const text = this.string();
      if (make) leaf('string', text());
    } else if (first === 't' || first === 'f' || first === 'n') {
      const [word, value] = LITERALS[first];
      if (!this.json.startsWith(word, offset)) throw new NotJson(offset);
      this.at += word.length;
      if (make) leaf(value === null ? 'null' : 'boolean', value);
    } else {
      NUMBER.lastIndex = offset;
      if (!NUMBER.test(this.json)) throw new NotJson(offset);
      this.at = NUMBER.lastIndex;
      if (make) this.number(offset, leaf);
    }
  }

  private number(offset: number, leaf: (type: 'number', value: number) => void): void {
    const written = this.json.slice(offset, this.at);
    const value = Number(written);
    leaf('number', value);
    if (isReadAsWritten(written, value)) return;
    this.rounded.push({ offset, length: written.length, path: [...this.path] });
  }

  private array(node: JsonNode | undefined, depth: number): void {
    const { maxUnexpected, maxValues } = this.options;
    const items = node?.items ?? [];
    // Values in arrays within arrays are never used.
    const makes = node !== undefined && typeof this.path.at(-1) !== 'number';
    let isCut = false;
    this.elements(']', (index) => {
      if (makes && !/[-\d]/.test(this.json[this.at]) && ++this.unexpected > maxUnexpected) {
        this.passed++;
        // Later entries are skipped too, since their indices would change.
        isCut = true;
      } else if (makes && this.values >= maxValues && index >= MIN_ITEMS) {
        this.tooMany ??= this.at;
        isCut = true;
      }
      const make = makes && !isCut;
      if (make) this.values++;
      this.path.push(index);
      this.value(make, depth, (item) => items.push(item));
      this.path.pop();
    });
  }

  private object(node: JsonNode | undefined, depth: number): void {
    const { wants, maxUnexpected } = this.options;
    this.elements('}', () => {
      const offset = this.at;
      if (this.json.charCodeAt(offset) !== QUOTE) throw new NotJson(offset);
      const text = this.string();
      const name = { offset, length: this.at - offset };
      this.skipSpace();
      if (this.json.charCodeAt(this.at) !== COLON) throw new NotJson(this.at);
      this.at++;
      this.skipSpace();
      if (!node?.members) return this.value(false, depth, () => undefined);
      const field = text();
      const wanted = wants(field);
      const again = node.members.has(field);
      if ((again || !wanted) && ++this.unexpected > maxUnexpected) {
        this.passed++;
        // The last value of a repeated name counts, even beyond the limit.
        if (!wanted) return this.value(false, depth, () => undefined);
      }
      this.path.push(field);
      if (again && this.unexpected <= maxUnexpected)
        this.repeated.push({ ...name, path: [...this.path] });
      node.members.set(field, { name });
      this.value(wanted, depth, (value) => node.members?.set(field, { name, node: value }));
      this.path.pop();
    });
  }

  /** Reads the comma-separated elements between brackets. */
  private elements(close: ']' | '}', element: (index: number) => void): void {
    this.at++;
    this.skipSpace();
    if (this.json[this.at] === close) {
      this.at++;
      return;
    }
    for (let index = 0; ; index++) {
      element(index);
      this.skipSpace();
      if (this.json[this.at] === close) break;
      if (this.json.charCodeAt(this.at) !== COMMA) throw new NotJson(this.at);
      this.at++;
      this.skipSpace();
    }
    this.at++;
  }

  /** Skips a string; the returned function decodes its value. */
  private string(): () => string {
    const { json } = this;
    const start = this.at;
    let escaped = false;
    for (let at = start + 1; ; at++) {
      const code = json.charCodeAt(at);
      if (code === QUOTE) {
        this.at = at + 1;
        return () =>
          escaped ? (JSON.parse(json.slice(start, at + 1)) as string) : json.slice(start + 1, at);
      }
      // NaN, at the end of the text, fails this comparison too.
      if (!(code >= 0x20)) throw new NotJson(start);
      if (code !== BACKSLASH) continue;
      escaped = true;
      ESCAPE.lastIndex = at;
      if (!ESCAPE.test(json)) throw new NotJson(start);
      at = ESCAPE.lastIndex - 1;
    }
  }

  private skipSpace(): void {
    for (;;) {
      const code = this.json.charCodeAt(this.at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.at++;
    }
  }
}

/** A decimal number: its digits without leading or trailing zeros, and the power of ten of the last one. */
interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

/**
 * Whether an integer reads back digit by digit as written. Fractions and numbers beyond 2⁵³ always pass: the
 * purpose is to detect other numbers that were rounded to a plausible integer.
 * @param written the number's text
 */
export function isReadAsWritten(written: string, value: number): boolean {
  if (!Number.isSafeInteger(value)) return true;
  // Short integers without exponent or fraction are exact.
  if (written.length < 16 && !/[.eE]/.test(written)) return true;
  const given = decimalOf(written);
  const read = decimalOf(String(value));
  return (
    given.digits === read.digits &&
    (given.digits === '' || (given.exponent === read.exponent && given.negative === read.negative))
  );
}

function decimalOf(written: string): Decimal {
  const [mantissa, power = '0'] = written.toLowerCase().split('e');
  const negative = mantissa.startsWith('-');
  const [whole, fraction = ''] = mantissa.replace('-', '').split('.');
  const all = whole + fraction;
  let start = 0;
  while (all[start] === '0') start++;
  let end = all.length;
  while (end > start && all[end - 1] === '0') end--;
  const exponent = Number(power) - fraction.length + (all.length - end);
  return { negative, digits: all.slice(start, end), exponent };
}
