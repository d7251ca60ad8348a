/**
 * The variables that outlive a cell: properties of the global object, which V8 reads as fast as local
 * variables. Variables named like a global of Node (`process`, `fetch`) are kept separately, so that only
 * cells see them, and libraries still see Node's.
 */
export class CellScope {
  private readonly own: ReadonlySet<string>;
  /** Variables of cells that are named like a global of Node. */
  readonly shadows: Record<string, unknown> = Object.create(null) as Record<string, unknown>;

  constructor(private readonly globals: object = globalThis) {
    this.own = new Set(Object.getOwnPropertyNames(globals));
  }

  /** Whether cells must run within {@link shadows}. */
  get hasShadows(): boolean {
    return Object.keys(this.shadows).length > 0;
  }

  /** Declares writable variables; existing ones keep their values. */
  declare(names: readonly string[]): void {
    for (const name of names) {
      const place = this.placeOf(name);
      const before = Object.getOwnPropertyDescriptor(place, name);
      define(place, name, before && 'value' in before ? before.value : undefined);
    }
  }

  /** Declares variables as undefined. */
  reset(names: readonly string[]): void {
    for (const name of names) define(this.placeOf(name), name, undefined);
  }

  /** Sets a variable. */
  set(name: string, value: unknown): void {
    define(this.placeOf(name), name, value);
  }

  /** Makes assignments throw until the variables are declared again. */
  freeze(names: readonly string[]): void {
    for (const name of names) {
      Object.defineProperty(this.placeOf(name), name, { writable: false });
    }
  }

  /** Makes reading a variable throw. */
  forbid(name: string, reason: string): void {
    const get = (): never => {
      throw new SyntaxError(reason);
    };
    Object.defineProperty(this.placeOf(name), name, { get, configurable: true, enumerable: true });
  }

  private placeOf(name: string): object {
    return this.own.has(name) ? this.shadows : this.globals;
  }
}

function define(place: object, name: string, value: unknown): void {
  const attributes = { writable: true, configurable: true, enumerable: true };
  Object.defineProperty(place, name, { value, ...attributes });
}
