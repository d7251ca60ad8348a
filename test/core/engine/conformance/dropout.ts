import assert from 'node:assert/strict';
import type { TrainingTask } from '../../../../src/core/engine/engine';
import { layoutOf, parameterCount } from '../../../../src/core/network/layout';
import type { Conformance } from '../conformance';
import { FLOAT32_ROUNDING, referencePredict } from '../reference';
import { randomData, taskOf, train } from '../tasks';
import { assertClose } from './bounds';
import { gradientsOf } from './gradients';

export function dropsUnits({ engine }: Conformance): void {
  /**
   * One sample, one hidden layer whose units all give 1, one output. The gradient of the output's
   * weights is then 2 (output − target) times each unit's dropout factor.
   */
  const units = 1000;
  const probe = (dropout: number, seed: number): TrainingTask => {
    const layout = layoutOf([1, units, 1], 'relu');
    const parameters = new Float32Array(parameterCount(layout));
    parameters.fill(1, units, 2 * units);
    const data = { ...randomData(1, 1, layout), targets: Float32Array.of(-0.5) };
    return { ...taskOf({ widths: layout.widths, data, dropout, seed }), parameters };
  };

  it('drops exactly the units that its source selects, and scales up the others', async () => {
    for (const probability of [0.25, 0.5, 0.9]) {
      const task = probe(probability, 3);
      const factors = (await gradientsOf(engine(), task)).subarray(2 * units, 3 * units);
      const bits = task.dropout?.source(1);
      assert.ok(bits);
      const expected = Array.from(factors, () =>
        bits.uint32() < probability * 2 ** 32 ? 0 : Math.fround(1 / (1 - probability)),
      );
      factors.forEach((factor, unit) => {
        assertClose(factor, expected[unit], 4 * FLOAT32_ROUNDING * expected[unit], `${unit}`);
      });
      const dropped = factors.filter((factor) => factor === 0).length;
      const deviation = Math.sqrt(units * probability * (1 - probability));
      assertClose(dropped, units * probability, 4 * deviation, 'number of dropped units');
    }
  });

  it('draws new masks for every epoch', async () => {
    const task = probe(0.5, 4);
    const first = await gradientsOf(engine(), task);
    const second = await gradientsOf(engine(), {
      ...task,
      dropout: { probability: 0.5, source: () => task.dropout?.source(2) ?? assert.fail() },
    });
    assert.notDeepEqual(first, second);
  });

  it('keeps the expected output', async () => {
    // Linear, and every sample the same: the gradient of the output's bias is the mean over
    // samples of 2 (output − target), each with a separate mask.
    const samples = 4096;
    const width = 8;
    const probability = 0.3;
    const layout = layoutOf([1, width, 1], 'linear');
    const data = {
      ...randomData(5, samples, layout),
      inputs: new Float32Array(samples).fill(0.5),
      targets: new Float32Array(samples),
    };
    const widths = layout.widths;
    const task = taskOf({ widths, activations: layout.activations, data, batchSize: samples });
    const parameters = Float64Array.from(task.parameters);
    const [output] = referencePredict(layout, parameters, Float32Array.of(0.5));
    const gradients = await gradientsOf(engine(), {
      ...task,
      dropout: taskOf({ widths, dropout: probability }).dropout,
    });
    const variance = Array.from({ length: width }, (_, k) => {
      const contribution =
        parameters[2 * width + k] * (0.5 * parameters[k] + parameters[width + k]);
      return (contribution ** 2 * probability) / (1 - probability);
    }).reduce((sum, part) => sum + part);
    const mean = gradients[gradients.length - 1] / 2;
    assertClose(mean, output, 4 * Math.sqrt(variance / samples), 'mean output');
  });

  it('has no effect with probability 0', async () => {
    const options = { widths: [3, 6, 5, 2] };
    assert.deepEqual(
      await train(engine(), [taskOf({ ...options, dropout: 0 })]),
      await train(engine(), [taskOf(options)]),
    );
  });
}
