/**
 * A value that is created once, when it is first needed. `create` loads the modules that only one command or
 * view needs by `import()`, so that activation does not wait for them.
 */
export class Lazy<T> {
  private value: Promise<T> | undefined;

  constructor(private readonly create: () => Promise<T>) {}

  /** Every caller gets the same value. */
  get(): Promise<T> {
    return (this.value ??= this.create());
  }

  /** Calls `use` only if the value was created. */
  async ifCreated(use: (value: T) => unknown): Promise<void> {
    if (this.value) await use(await this.value);
  }
}
