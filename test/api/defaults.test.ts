import assert from 'node:assert/strict';
import { ROW_KINDS } from '../../src/core/attribution/matrix';
import {
  attribute,
  checkpointName,
  defineExperiment,
  generateData,
  initialise,
  measure,
  measureNull,
  prune,
  runExperiment,
  splitData,
  train,
} from '../../src/api';
import { experimentText, NEW_EXPERIMENT } from '../../src/node/experiments/newExperiment';
import { TINY } from '../cli/workshop';

/** Every default of an experiment. */
const ours = defineExperiment({
  name: 'defaults',
  features: { count: 6 },
  data: { samples: 60, inputs: 3, autoencoder: { epochs: 1 } },
  specimen: { hidden: [6, 4] },
});
const { training, pruning, attribution, measures, specimen } = ours;
const [seed] = ours.seeds;

describe('the module has the same defaults as an experiment:', () => {
  const shape = { inputs: 3, hidden: [6, 4], outputs: 2 };
  const start = initialise(shape, 1);

  it('activation', () => {
    const explicit = initialise({ ...shape, activation: specimen.activation }, 1);
    assert.deepEqual(start, explicit);
  });

  it('share of training samples', async () => {
    const { data } = await generateData(ours);
    assert.deepEqual(splitData(data, 1), splitData(data, 1, training.trainShare));
  });

  it('epochs, batch size, learning rate', async () => {
    const { data } = await generateData(ours);
    const { epochs, batchSize, learningRate } = training;
    const explicit = { seed: 1, epochs, batchSize, learningRate };
    const epochsSeen: number[] = [];
    const left = await train(start, data, {
      seed: 1,
      onEpoch: ({ epoch }) => epochsSeen.push(epoch),
    });
    assert.deepEqual(left, await train(start, data, explicit));
    assert.equal(epochsSeen.length, epochs);
  });

  it('method, rule, steps and rows of attribution', () => {
    const told = { ...attribution, rows: ROW_KINDS[0] };
    assert.equal(attribution.rows, ROW_KINDS[0]);
    assert.deepEqual(attribute(undefined, start), attribute(undefined, start, told));
    const sums = { method: 'integrated-gradients' } as const;
    assert.deepEqual(
      attribute(undefined, start, sums),
      attribute(undefined, start, { ...told, ...sums }),
    );
  });

  it('threshold and compatibility of measures', () => {
    const matrix = attribute(undefined, start);
    const { threshold, compatibility } = measures;
    assert.deepEqual(measure(matrix), measure(matrix, { threshold, compatibility }));
  });

  it('activation of the null', async () => {
    const { encoder } = await generateData(ours);
    const hidden = [6, 4];
    assert.deepEqual(
      measureNull(encoder, { hidden }),
      measureNull(encoder, { hidden, activation: specimen.activation }),
    );
  });

  it('method, norm and normalisation of pruning, in every network', () => {
    const { method, norm, normalize } = pruning;
    for (let net = 0; net < 108; net++) {
      const wide = initialise({ inputs: 5, hidden: [12, 8, 4], outputs: 2 }, net);
      const ratio = pruning.ratios[1 + (net % (pruning.ratios.length - 1))];
      assert.deepEqual(
        prune(wide, { ratio }),
        prune(wide, { method, ratio, norm, normalize }, seed),
      );
    }
    const random = { method: 'random-structured', ratio: 0.5 } as const;
    assert.deepEqual(prune(start, random), prune(start, random, seed));
  });

  it('whatever the method: a run prunes the same units', async () => {
    for (const method of ['global-structured', 'random-structured', 'thesis', 'torch-pruning']) {
      const experiment = defineExperiment({
        ...TINY,
        pruning: { method: method as 'thesis', ratios: [0.4] },
        training: { epochs: 1 },
      });
      const run = await runExperiment(experiment, { workers: 1 }).finish();
      const leg = { seed, arm: 'dense', requested: null } as const;
      const trained = await run.specimen(checkpointName(leg, 'training', 1));
      const pruned = await run.specimen(checkpointName({ ...leg, requested: 0.4 }, 'pruned', 0));
      const { specimen: same } = prune(trained, { method: method as 'thesis', ratio: 0.4 });
      assert.deepEqual(same.units, pruned.units, method);
      assert.deepEqual(same.parameters, pruned.parameters, method);
    }
  });

  it('fields of a new experiment, on the command line and in the editor', () => {
    const { activation, seeds } = NEW_EXPERIMENT;
    assert.deepEqual([activation, seeds], [specimen.activation, ours.seeds]);
    const made = defineExperiment(
      JSON.parse(experimentText({ name: 'new', ...NEW_EXPERIMENT })) as typeof TINY,
    );
    for (const section of ['training', 'attribution', 'pruning', 'measures'] as const) {
      assert.deepEqual(made[section], ours[section]);
    }
  });
});
