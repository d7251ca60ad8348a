import assert from 'node:assert/strict';
import { attribute, probeActivations } from '../../../src/core/attribution/attribute';
import type { AttributionRequest } from '../../../src/core/attribution/request';
import { typescriptEngine } from '../../../src/core/engine/typescript/typescriptEngine';
import { predictionError } from '../../../src/core/experiment/predictionError';
import { SpecimenMeter, type MeteredSpecimen } from '../../../src/core/experiment/specimenMeter';
import type { Specification } from '../../../src/core/experiment/specification';
import { measureMatrix } from '../../../src/core/measures/measure';
import { MEASURES } from '../../../src/core/measures/table';
import { torchLinearInitialisation } from '../../../src/core/network/initialise';
import { layersOf, layoutOf } from '../../../src/core/network/layout';
import { specimenOf, type Specimen } from '../../../src/core/network/specimen';
import { stream } from '../../../src/core/random/streams';
import { UNPACED } from '../../../src/core/stop';
import { contextOf, DATA, ENCODER, eventsOf, ofType, rowsOf, tiny } from './tinyExperiment';

function randomSpecimen(seed = 1, activation: 'relu' | 'linear' = 'relu'): Specimen {
  const layout = layoutOf([3, 8, 6, 2], activation);
  return specimenOf(layout, torchLinearInitialisation(layout, stream(seed, 'initialisation')));
}

function reading(
  specimen: Specimen,
  specification: Specification = tiny(),
): Promise<MeteredSpecimen> {
  return new SpecimenMeter(contextOf(specification), typescriptEngine()).read(
    specimen,
    DATA,
    UNPACED,
  );
}

/** Makes hidden neurons of the first layer put out nothing for any feature. */
function withDead(specimen: Specimen, dead: number): Specimen {
  const { layout, parameters } = specimen;
  const copy = specimenOf(layout, parameters.slice());
  const [{ weights, biases, inputs }] = layersOf(copy);
  weights.fill(0, 0, dead * inputs);
  biases.fill(0, 0, dead);
  return copy;
}

describe('prediction error', () => {
  const data = { samples: 3, inputDim: 1, outputDim: 2, inputs: new Float32Array(3) };

  it('is the mean square over samples and outputs, R² with each output about its own mean', () => {
    const targets = Float32Array.of(1, 10, 2, 10, 3, 40);
    const predictions = Float32Array.of(1, 10, 2, 16, 5, 40);
    // Residuals 6 and 2; totals 1 + 0 + 1 and 100 + 100 + 400.
    assert.deepEqual(predictionError(predictions, { ...data, targets }), {
      testLoss: (36 + 4) / 6,
      r2: 1 - 40 / 602,
    });
  });

  it('has R² 1 for what is right, 0 for the mean, and none where targets do not vary', () => {
    const targets = Float32Array.of(1, 2, 2, 4, 3, 6);
    assert.equal(predictionError(targets, { ...data, targets }).r2, 1);
    const mean = Float32Array.of(2, 4, 2, 4, 2, 4);
    assert.equal(predictionError(mean, { ...data, targets }).r2, 0);
    const constant = { ...data, targets: mean };
    assert.deepEqual(predictionError(mean, constant), { testLoss: 0, r2: null });
    assert.deepEqual(predictionError(targets, constant).r2, null);
  });
});

describe('a reading of a specimen', () => {
  const requests: AttributionRequest[] = [
    { method: 'finite-difference', rows: 'pre-activation' },
    { method: 'finite-difference', rows: 'post-activation' },
    { method: 'gradient', rows: 'pre-activation' },
    { method: 'integrated-gradients', rule: 'riemann_left', steps: 5, rows: 'pre-activation' },
    { method: 'integrated-gradients', rule: 'riemann_right', steps: 5, rows: 'pre-activation' },
    { method: 'integrated-gradients', rule: 'riemann_middle', steps: 5, rows: 'pre-activation' },
    { method: 'integrated-gradients', rule: 'riemann_trapezoid', steps: 5, rows: 'pre-activation' },
    { method: 'integrated-gradients', rule: 'gausslegendre', steps: 50, rows: 'post-activation' },
  ];
  for (const request of requests) {
    it(`attributes as asked for: ${JSON.stringify(request)}`, async () => {
      const specimen = randomSpecimen();
      const specification = tiny({ attribution: request });
      const { attribution, metrics } = await reading(specimen, specification);
      const expected = attribute(ENCODER, specimen, request);
      assert.deepEqual(attribution, expected);
      assert.equal(metrics.completenessError, expected.completenessError);
      if (request.method === 'finite-difference') assert.equal(metrics.completenessError, 0);
      const rows = rowsOf(await eventsOf(specification));
      assert.equal(rows.length, 4 + 3 * 3);
    });
  }

  it('has every measure of the matrix and of the activations, by layer and in all', async () => {
    const specimen = randomSpecimen();
    const measures = { threshold: 0.3, compatibility: 'thesis' } as const;
    const { attribution = assert.fail(), metrics } = await reading(specimen, tiny({ measures }));
    const expected = measureMatrix(attribution, {
      ...measures,
      activations: probeActivations(ENCODER, specimen),
    });
    for (const { id } of MEASURES) {
      const { net, layers } = expected[id];
      const { mean, layers: byLayer, missing } = metrics.measures[id];
      assert.equal(mean, Number.isNaN(net.mean) ? null : net.mean, id);
      assert.deepEqual(
        byLayer,
        layers.map((layer) => (Number.isNaN(layer.mean) ? null : layer.mean)),
      );
      assert.equal(missing, net.missing);
    }
    assert.notEqual(metrics.measures.selectivity.mean, null);
  });

  it('tests what the specimen predicts', async () => {
    const specimen = randomSpecimen();
    const predictions = await typescriptEngine().predict(specimen, DATA.inputs, UNPACED);
    const { testLoss, r2 } = (await reading(specimen)).metrics;
    assert.deepEqual({ testLoss, r2 }, predictionError(predictions, DATA));
  });

  it('leaves dead neurons out and counts them; the thesis counts them in, as 0', async () => {
    const alive = (await reading(randomSpecimen())).metrics.measures;
    const { deadFraction, relative } = (await reading(withDead(randomSpecimen(), 2))).metrics
      .measures;
    assert.equal(alive.relative.missing, 0);
    assert.equal(relative.missing, 2);
    assert.equal(deadFraction.mean, 2 / 14);
    assert.ok(relative.mean !== null && relative.mean >= 1);
    const thesis = tiny({ measures: { compatibility: 'thesis' } });
    const counted = (await reading(withDead(randomSpecimen(), 2), thesis)).metrics.measures;
    assert.equal(counted.relative.missing, 0);
    // The same sum over 14 neurons instead of 12, added in another order.
    assert.ok(Math.abs((counted.relative.mean ?? 0) - (relative.mean * 12) / 14) < 1e-14);
  });

  it('has no polysemanticity where every neuron is dead', async () => {
    const specimen = randomSpecimen();
    const dead = specimenOf(specimen.layout, new Float32Array(specimen.parameters.length));
    const { relative, deadFraction } = (await reading(dead)).metrics.measures;
    assert.deepEqual([relative.mean, relative.layers, relative.missing], [null, [null, null], 14]);
    assert.equal(deadFraction.mean, 1);
  });

  it('has no measures of activations where nothing rectifies', async () => {
    const specification = tiny({ specimen: { activation: 'linear' } });
    const { selectivity } = (await reading(randomSpecimen(1, 'linear'), specification)).metrics
      .measures;
    assert.deepEqual([selectivity.mean, selectivity.null], [null, null]);
    assert.equal(selectivity.missing, 14);
  });

  describe('with a null beside every mean', () => {
    it('that is one number in every row: of all seeds, arms, phases and ratios', async () => {
      const specification = tiny({ seeds: [42, 7], specimen: { dropoutTwin: 0.5 } });
      const events = await eventsOf(specification);
      const [{ nulls }] = ofType(events, 'null-drawn');
      const rows = rowsOf(events);
      assert.ok(new Set(rows.map(({ hidden }) => hidden.join())).size > 1);
      for (const { measures } of rows) {
        for (const { id } of MEASURES)
          assert.equal(measures[id].null, nulls.measures[id]?.mean, id);
      }
      const other = await eventsOf(tiny({ seeds: [3], pruning: { ratios: [0.5] } }));
      assert.deepEqual(ofType(other, 'null-drawn')[0].nulls, nulls);
    });

    it('that random readouts of the code come to', async () => {
      const context = contextOf(tiny({ measures: { nullNeurons: 1400 } }));
      const meter = new SpecimenMeter(context, typescriptEngine());
      const layout = layoutOf([3, 14, 2], 'relu');
      let sum = 0;
      let chance = NaN;
      for (let seed = 0; seed < 30; seed++) {
        const parameters = torchLinearInitialisation(layout, stream(seed, 'initialisation'));
        const { metrics } = await meter.read(specimenOf(layout, parameters), DATA, UNPACED);
        sum += metrics.measures.relative.mean ?? NaN;
        chance = metrics.measures.relative.null ?? NaN;
      }
      // R is in [1, 5], so its standard deviation is at most 2, and the mean of 420 rows is within
      // 3 · 2 / √420 = 0.29 of its expectation. That the weights of nn.Linear are uniform and those of
      // the null normal makes less of a difference.
      assert.ok(Math.abs(sum / 30 - chance) < 0.3, `${sum / 30} against ${chance}`);
    });

    it('where the measure is defined at all', async () => {
      const [row] = rowsOf(await eventsOf(tiny()));
      for (const { id } of MEASURES) {
        assert.equal(typeof row.measures[id].null, 'number', id);
      }
    });
  });

  it('goes into the events of a run', async () => {
    const events = await eventsOf(tiny());
    const [{ checkpoint }] = ofType(events, 'checkpoint-ready');
    const [row] = rowsOf(events);
    assert.deepEqual(checkpoint.attribution, (await reading(checkpoint.specimen)).attribution);
    assert.deepEqual(row.measures, (await reading(checkpoint.specimen)).metrics.measures);
  });
});
