import assert from 'node:assert/strict';
import { attribute, probeActivations } from '../../../src/core/attribution/attribute';
import type { AttributionRequest } from '../../../src/core/attribution/request';
import { encodedFeatures } from '../../../src/core/attribution/featureCodes';
import { typescriptEngine } from '../../../src/core/engine/typescript/typescriptEngine';
import { predictionError } from '../../../src/core/experiment/predictionError';
import { SpecimenMeter, type Reading } from '../../../src/core/experiment/specimenMeter';
import type { Specification } from '../../../src/core/experiment/specification';
import { measureMatrix } from '../../../src/core/measures/measure';
import { nullOf } from '../../../src/core/measures/null';
import { MEASURES } from '../../../src/core/measures/table';
import { torchLinearInitialisation } from '../../../src/core/network/initialise';
import { layersOf, layoutOf } from '../../../src/core/network/layout';
import { specimenOf, type Specimen } from '../../../src/core/network/specimen';
import { stream } from '../../../src/core/random/streams';
import { AT_ONCE, Stopped } from '../../../src/core/stop';
import { DATA, ENCODER, eventsOf, ofType, rowsOf, tiny } from './tinyExperiment';

function randomSpecimen(seed = 1, activation: 'relu' | 'linear' = 'relu'): Specimen {
  const layout = layoutOf([3, 8, 6, 2], activation);
  return specimenOf(layout, torchLinearInitialisation(layout, stream(seed, 'initialisation')));
}

function reading(specimen: Specimen, specification: Specification = tiny()): Promise<Reading> {
  const context = { specification, data: DATA, encoder: ENCODER };
  return new SpecimenMeter(context, typescriptEngine()).read(specimen, DATA, AT_ONCE);
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
    const { attribution, metrics } = await reading(specimen, tiny({ measures }));
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
    const predictions = await typescriptEngine().predict(specimen, DATA.inputs, AT_ONCE);
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
    it('that is the same for all seeds, arms and runs of the same widths', async () => {
      const nullsOf = async (seeds: number[]): Promise<Map<string, unknown>> => {
        const rows = rowsOf(await eventsOf(tiny({ seeds, specimen: { dropoutTwin: 0.5 } })));
        const byWidths = new Map<string, unknown>();
        for (const { hidden, measures } of rows) {
          const nulls = MEASURES.map(({ id }) => measures[id].null);
          const known = byWidths.get(hidden.join());
          if (known) assert.deepEqual(nulls, known);
          byWidths.set(hidden.join(), nulls);
        }
        return byWidths;
      };
      const one = await nullsOf([42, 7]);
      const other = await nullsOf([3]);
      assert.ok(one.size > 1);
      assert.deepEqual(other.get('8,6'), one.get('8,6'));
    });

    it('that random readouts of the code come to', async () => {
      const specification = tiny({ measures: { nullNeurons: 1400 } });
      const context = { specification, data: DATA, encoder: ENCODER };
      const meter = new SpecimenMeter(context, typescriptEngine());
      const layout = layoutOf([3, 14, 2], 'relu');
      let sum = 0;
      let chance = NaN;
      for (let seed = 0; seed < 30; seed++) {
        const parameters = torchLinearInitialisation(layout, stream(seed, 'initialisation'));
        const { metrics } = await meter.read(specimenOf(layout, parameters), DATA, AT_ONCE);
        sum += metrics.measures.relative.mean ?? NaN;
        chance = metrics.measures.relative.null ?? NaN;
      }
      // R is in [1, 5], so its standard deviation is at most 2, and the mean of 420 rows is within
      // 3 · 2 / √420 = 0.29 of its expectation. That the weights of nn.Linear are uniform and those of
      // the null normal makes less of a difference.
      assert.ok(Math.abs(sum / 30 - chance) < 0.3, `${sum / 30} against ${chance}`);
    });

    it('that is the mean over all nets of random readouts', async () => {
      const measures = { nullNeurons: 7 * 14, threshold: 0.4 };
      const { metrics } = await reading(randomSpecimen(), tiny({ measures }));
      const expected = nullOf(encodedFeatures(ENCODER), stream(0, 'null', '8-6'), {
        widths: [8, 6],
        repetitions: 7,
        threshold: 0.4,
        activation: 'relu',
      });
      for (const { id } of MEASURES) {
        const { mean } = expected[id];
        // The same sums in another order.
        assert.ok(
          Math.abs((metrics.measures[id].null ?? NaN) - mean) <= 1e-14 * Math.abs(mean),
          id,
        );
      }
    });

    it('whose computation can be stopped', async () => {
      const signal = { aborted: false };
      const breathe = (): Promise<void> => {
        signal.aborted = true;
        return Promise.resolve();
      };
      const layout = layoutOf([3, 100, 2], 'relu');
      const parameters = torchLinearInitialisation(layout, stream(1, 'initialisation'));
      const specification = tiny({ measures: { nullNeurons: 100_000 } });
      const context = { specification, data: DATA, encoder: ENCODER };
      const meter = new SpecimenMeter(context, typescriptEngine());
      const work = meter.read(specimenOf(layout, parameters), DATA, { signal, breathe });
      await assert.rejects(work, Stopped);
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
