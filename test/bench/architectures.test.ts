import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ARCHITECTURES, NONLINEAR0, trainingFlops, widthsText } from '../../bench/architectures';

interface Example {
  readonly data: { readonly inputs: number; readonly outputs: number; readonly samples: number };
  readonly specimen: { readonly hidden: readonly number[] };
  readonly training: { readonly batchSize: number };
}

describe('architectures of the bench', () => {
  for (const { name, layout, samples, batchSize } of ARCHITECTURES) {
    it(`are those of the examples: ${name}`, () => {
      const file = path.resolve(__dirname, '../../examples', name, 'experiment.json');
      const { data, specimen, training } = JSON.parse(readFileSync(file, 'utf8')) as Example;
      assert.deepEqual(layout.widths, [data.inputs, ...specimen.hidden, data.outputs]);
      assert.equal(layout.activations[0], name.startsWith('Linear') ? 'linear' : 'relu');
      assert.equal(samples, (data.samples * 7) / 10);
      assert.equal(batchSize, training.batchSize);
    });
  }

  it('count the operations of a step as batch × (6 × weights − 2 × those of the first layer)', () => {
    const weights = 5 * 64 + 64 * 16 + 16 * 16 + 16 * 2;
    assert.equal(trainingFlops(NONLINEAR0.layout, 64), 64 * (6 * weights - 2 * 5 * 64));
    assert.equal(widthsText(NONLINEAR0.layout), '5-64-16-16-2');
  });
});
