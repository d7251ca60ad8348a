import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { measureMatrix } from '../../../src/core/measures/measure';
import { matrixOf } from './matrices';

interface Reference {
  features: number;
  hidden: number[];
  baseline: {
    polysemanticity: number;
    dimensionality: number;
    layers: number[];
    perNeuron: number[];
    attribution: number[][];
  };
}

/** The attributions are printed with seven decimals. */
const PRINTED = 0.5e-7;
/** Half a unit in the last place of a float32, relative. */
const FLOAT32 = 2 ** -24;

const sum = (values: readonly number[]) => values.reduce((total, x) => total + x, 0);
const mean = (values: readonly number[]) => sum(values) / values.length;

describe('measures of the published networks', () => {
  for (const name of ['Linear0', 'NonLinear0']) {
    const file = path.resolve(__dirname, '../../../../shared/reference', `${name}.json`);
    const load = () => JSON.parse(readFileSync(file, 'utf8')) as Reference;
    const present = existsSync(file) ? it : it.skip;

    present(`${name}: relative polysemanticity of each neuron, layer and of the net`, () => {
      const { features, hidden, baseline } = load();
      const { relative } = measureMatrix(matrixOf(baseline.attribution, hidden));
      // Each of F summands and the peak is off by the printing; float32 sums F terms and divides.
      const bounds = baseline.attribution.map((row, k) => {
        const peak = Math.max(...row.map(Math.abs));
        const r = baseline.perNeuron[k];
        return ((features + r) * PRINTED) / peak + (features + 1) * FLOAT32 * r;
      });
      baseline.perNeuron.forEach((expected, k) => {
        assert.ok(Math.abs(relative.perNeuron[k] - expected) <= bounds[k], `neuron ${k}`);
      });
      let start = 0;
      hidden.forEach((width, l) => {
        const bound = mean(bounds.slice(start, (start += width))) + width * FLOAT32;
        assert.ok(Math.abs(relative.layers[l].mean - baseline.layers[l]) <= bound, `layer ${l}`);
      });
      const bound = mean(bounds) + bounds.length * FLOAT32;
      assert.ok(Math.abs(relative.net.mean - baseline.polysemanticity) <= bound);
      assert.equal(relative.net.count, sum(hidden));
    });

    present(`${name}: coverage over all neurons of all hidden layers`, () => {
      const { features, hidden, baseline } = load();
      const { coverage } = measureMatrix(matrixOf(baseline.attribution, hidden));
      // A row's shares together are off by 2F printings over its sum. Float32 rounds each share by F
      // additions and the sum over neurons as often as there are neurons.
      const printing = baseline.attribution.map(
        (row) => (2 * features * PRINTED) / sum(row.map(Math.abs)),
      );
      const float32 = (features + baseline.attribution.length) * FLOAT32;
      const bound = sum(printing) / features + float32;
      assert.ok(Math.abs(coverage.net.mean - baseline.dimensionality) <= bound, `${bound}`);
    });
  }
});
