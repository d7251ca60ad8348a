/**
 * The variables that outlive a cell: properties of the global object, which code reads as fast as its own
 * variables. A name that Node has already (`process`, `fetch`) is kept apart, so that no library is
 * deprived of it: only cells see the new meaning.
 */
export class CellScope {
  private readonly own: ReadonlySet<string>;
  /** Variables of cells that are named like something of Node. */
  readonly shadows: Record<string, unknown> = Object.create(null) as Record<string, unknown>;

  constructor(private readonly globals: object = globalThis) {
    this.own = new Set(Object.getOwnPropertyNames(globals));
  }

  /** Whether a cell is to be run within {@link shadows}. */
  get hasShadows(): boolean {
    return Object.keys(this.shadows).length > 0;
  }

  /** Makes variables that can be assigned; those that are there keep their values. */
  declare(names: readonly string[]): void {
    for (const name of names) {
      const place = this.placeOf(name);
      const before = Object.getOwnPropertyDescriptor(place, name);
      define(place, name, before && 'value' in before ? before.value : undefined);
    }
  }

  /** Makes variables that are undefined. */
  reset(names: readonly string[]): void {
    for (const name of names) define(this.placeOf(name), name, undefined);
  }

  /** Makes a variable, or gives it another value. */
  set(name: string, value: unknown): void {
    define(this.placeOf(name), name, value);
  }

  /** Until they are declared again, assignments throw. */
  freeze(names: readonly string[]): void {
    for (const name of names) {
      Object.defineProperty(this.placeOf(name), name, { writable: false });
    }
  }

  /** Makes a variable that cannot be read. */
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
