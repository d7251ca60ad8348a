import { isReadAsWritten } from './number';

/** A stretch of a text, in UTF-16 units. */
export interface JsonSpan {
  readonly offset: number;
  readonly length: number;
}

/** A value in a text. */
export interface JsonNode {
  readonly type: 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';
  readonly offset: number;
  length: number;
  /** Of strings, numbers, booleans and null. */
  readonly value?: string | number | boolean | null;
  /** Of an object, by name; of several of one name the last. */
  readonly members?: Map<string, JsonMember>;
  /** Of an array; those of an array in an array are left out. */
  readonly items?: JsonNode[];
}

/** A field of an object. */
export interface JsonMember {
  readonly name: JsonSpan;
  /** Left out where the name is not one that is looked for. */
  readonly node?: JsonNode;
}

type Path = readonly (string | number)[];

/** A stretch of a text, and the field that it belongs to. */
export interface PlacedSpan extends JsonSpan {
  readonly path: Path;
}

/** What a text holds, as far as it is JSON. */
export interface JsonReading {
  /** Up to where reading ended; undefined where not even a value begins. */
  readonly root?: JsonNode;
  /** Where the text stops being JSON. */
  readonly error?: { readonly offset: number; readonly tooDeep: boolean };
  /** Names that their object has already. */
  readonly repeated: readonly PlacedSpan[];
  /** Whole numbers that were made of something else: more digits than a number can hold. */
  readonly rounded: readonly PlacedSpan[];
  /** Names and entries of the kinds that are bounded, beyond the bound: they were only counted. */
  readonly passed: number;
  /** Where the first value stands that was left out because there are too many. */
  readonly tooMany?: number;
}

/** What is made of a text: the time it takes grows with its length alone, memory not even with that. */
export interface JsonReadingOptions {
  /** Whether the values of fields of this name are wanted; those of others are only read past. */
  readonly wants: (name: string) => boolean;
  /** Brackets within brackets. */
  readonly deepest: number;
  /** Entries of arrays that are made; the rest is read past. */
  readonly mostValues: number;
  /**
   * Things that are told one by one of which there should be none: names that are not looked for or are
   * there again, and entries of arrays that are no numbers.
   */
  readonly mostStrange: number;
}

/** Reads JSON in one pass, with the places of all that is looked for; never throws. */
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

/** The plain value of a tree; fields that were not looked for are null. */
export function valueOf(node: JsonNode): unknown {
  if (node.items) return node.items.map(valueOf);
  if (!node.members) return node.value;
  // Without a prototype, so that a field may have any name.
  const value = Object.create(null) as Record<string, unknown>;
  for (const [name, member] of node.members)
    value[name] = member.node ? valueOf(member.node) : null;
  return value;
}

/** Entries that are made of every array, so that none is empty because of another. */
const LEAST_ITEMS = 100;

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
  private strange = 0;
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

  /** @param made is told of the value as soon as it begins */
  private value(make: boolean, depth: number, made: (node: JsonNode) => void): void {
    const offset = this.at;
    const first = this.json[offset];
    const leaf = (type: JsonNode['type'], value?: JsonNode['value']): void =>
      made({ type, offset, length: this.at - offset, value });
    if (first === '{' || first === '[') {
      if (depth >= this.options.deepest) throw new NotJson(offset, true);
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
    const { mostStrange, mostValues } = this.options;
    const items = node?.items ?? [];
    // What stands in an array within an array is never asked for.
    const makes = node !== undefined && typeof this.path.at(-1) !== 'number';
    let isCut = false;
    this.elements(']', (index) => {
      if (makes && !/[-\d]/.test(this.json[this.at]) && ++this.strange > mostStrange) {
        this.passed++;
        // Those behind it would get other places: they are left out too.
        isCut = true;
      } else if (makes && this.values >= mostValues && index >= LEAST_ITEMS) {
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
    const { wants, mostStrange } = this.options;
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
      // What stands in an array's object is never asked for.
      const wanted = wants(field) && !this.path.some((part) => typeof part === 'number');
      const again = node.members.has(field);
      if ((again || !wanted) && ++this.strange > mostStrange) {
        this.passed++;
        // Of several of one name the last counts, however many there are.
        if (!wanted) return this.value(false, depth, () => undefined);
      }
      this.path.push(field);
      if (again && this.strange <= mostStrange)
        this.repeated.push({ ...name, path: [...this.path] });
      node.members.set(field, { name });
      this.value(wanted, depth, (value) => node.members?.set(field, { name, node: value }));
      this.path.pop();
    });
  }

  /** What stands between brackets, with commas between. */
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

  /** Reads past a string; what is returned tells its value. */
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
      // Also the end of the text, which is not a number.
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
