/**
 * Sets an environment variable for the suite that calls this; other processes see it.
 * @param value for the whole suite with its hooks, or a function that gives it before each test
 */
export function withEnvironment(name: string, value: string | (() => string)): void {
  let original: string | undefined;
  const set = (): void => {
    original = process.env[name];
    process.env[name] = typeof value === 'string' ? value : value();
  };
  const restore = (): void => {
    if (original === undefined) delete process.env[name];
    else process.env[name] = original;
  };
  if (typeof value === 'string') {
    before(set);
    after(restore);
  } else {
    beforeEach(set);
    afterEach(restore);
  }
}
