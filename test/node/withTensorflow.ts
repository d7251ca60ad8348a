const VARIABLE = 'POLYSEMANTICITY_TENSORFLOW';

/** Has TensorFlow loaded with this backend during the suite that calls this, in other processes too. */
export function withTensorflow(wish: string): void {
  let original: string | undefined;
  before(() => {
    original = process.env[VARIABLE];
    process.env[VARIABLE] = wish;
  });
  after(() => {
    if (original === undefined) delete process.env[VARIABLE];
    else process.env[VARIABLE] = original;
  });
}
