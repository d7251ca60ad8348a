/**
 * Makes something when it is first needed, and only once. Activation must not wait for modules that only a
 * command or a view needs: they come with what is made, by `import()`.
 */
export class Lazy<T> {
  private made: Promise<T> | undefined;

  constructor(private readonly make: () => Promise<T>) {}

  /** What is made; the same for everybody who asks. */
  get(): Promise<T> {
    return (this.made ??= this.make());
  }

  /** Does something with it if it was ever made. */
  async ifMade(use: (made: T) => unknown): Promise<void> {
    if (this.made) await use(await this.made);
  }
}
