import assert from 'node:assert/strict';
import type { Engine, TrainingTask } from '../../../src/core/engine/engine';
import { typescriptEngine } from '../../../src/core/engine/typescript/typescriptEngine';
import { LabError } from '../../../src/core/errors';
import type { Checkpoint, ExperimentEvent } from '../../../src/core/experiment/events';
import type { MetricsRow } from '../../../src/core/experiment/metricsRow';
import { LegRunner } from '../../../src/core/experiment/legs';
import { legName } from '../../../src/core/experiment/plan';
import type { Specification } from '../../../src/core/experiment/specification';
import { pruneSpecimen } from '../../../src/core/pruning/prune';
import type { PruningRequest } from '../../../src/core/pruning/request';
import { stream } from '../../../src/core/random/streams';
import { UNPACED } from '../../../src/core/stop';
import { trainingDraws } from '../../../src/core/training/draws';
import { contextOf, DATA, eventsOf, inMemory, ofType, rowsOf, tiny } from './tinyExperiment';

/** An engine that keeps what it is asked to train. */
function recording(): { engine: Engine; tasks: TrainingTask[] } {
  const plain = typescriptEngine();
  const tasks: TrainingTask[] = [];
  const engine: Engine = {
    ...plain,
    train(some, pace) {
      tasks.push(...some);
      return plain.train(some, pace);
    },
  };
  return { engine, tasks };
}

function checkpoints(events: readonly ExperimentEvent[]): Map<string, Checkpoint> {
  return new Map(
    ofType(events, 'checkpoint-ready').map(({ checkpoint }) => {
      const { leg, phase, epoch } = checkpoint;
      return [`${legName(leg)}/${phase}/${epoch}`, checkpoint];
    }),
  );
}

function found<K, V>(map: ReadonlyMap<K, V>, key: K): V {
  const value = map.get(key);
  assert.ok(value !== undefined, `there is no ${String(key)}`);
  return value;
}

describe('the legs of a run', () => {
  it('measure every epoch, each row followed by the checkpoint that it is about', async () => {
    const keep = { attributions: 'epochs' };
    const events = await eventsOf(tiny({ specimen: { dropoutTwin: 0.5 }, keep }));
    const told = events.filter(({ type }) => /^(epoch-measured|checkpoint-ready)$/.test(type));
    assert.equal(told.length, 2 * 2 * (4 + 3 * 3));
    for (let i = 0; i < told.length; i += 2) {
      const [row, checkpoint] = [told[i], told[i + 1]];
      assert.ok(row.type === 'epoch-measured' && checkpoint.type === 'checkpoint-ready');
      const { leg, phase, epoch, specimen, attribution } = checkpoint.checkpoint;
      const { seed, arm, requested, hidden, parameters } = row.row;
      assert.deepEqual([leg.seed, leg.arm, leg.requested], [seed, arm, requested]);
      assert.deepEqual([phase, epoch], [row.row.phase, row.row.epoch]);
      assert.deepEqual(specimen.layout.widths, [3, ...hidden, 2]);
      assert.equal(specimen.parameters.length, parameters);
      assert.deepEqual(
        specimen.units.map(({ length }) => length),
        hidden,
      );
      assert.deepEqual([...attribution.units], specimen.units.flat());
      assert.equal(attribution.features, 5);
    }
  });

  it('have no training loss before their first epoch, and one after each', async () => {
    for (const { epoch, trainLoss } of rowsOf(await eventsOf(tiny()))) {
      if (epoch === 0) assert.equal(trainLoss, null);
      else assert.ok(trainLoss !== null && trainLoss > 0);
    }
  });

  it('average the losses of an epoch by samples: a smaller last batch counts less', async () => {
    const plain = typescriptEngine();
    const rows = rowsOf(
      await eventsOf(tiny({ training: { epochs: 1 }, pruning: { ratios: [] } }), {
        engine: {
          ...plain,
          async *train(tasks, pace) {
            for await (const result of plain.train(tasks, pace)) {
              // 28 training samples: 8, 8, 8 and 4.
              assert.equal(result.stepLosses.length, 4);
              yield { ...result, stepLosses: Float64Array.of(1, 2, 3, 10) };
            }
          },
        },
      }),
    );
    assert.equal(rows[1].trainLoss, (8 * (1 + 2 + 3) + 4 * 10) / 28);
  });

  it('make room for no more samples than there are', async () => {
    const { engine, tasks } = recording();
    const events = await eventsOf(tiny({ training: { batchSize: 1_000_000 } }), { engine });
    assert.ok(tasks.every(({ batchSize }) => batchSize === 28));
    assert.ok(rowsOf(events).every(({ testLoss }) => Number.isFinite(testLoss)));
  });

  describe('of one seed', () => {
    it('share initial parameters, samples and batches: what differs is the treatment', async () => {
      const { engine, tasks } = recording();
      const specification = tiny({ specimen: { dropoutTwin: 0.5 } });
      const all = checkpoints(await eventsOf(specification, { engine }));
      const [dense, dropout, ...pruned] = tasks;
      assert.deepEqual(dense.parameters, dropout.parameters);
      assert.deepEqual(
        found(all, '42-dense/initial/0').specimen,
        found(all, '42-dropout/initial/0').specimen,
      );
      assert.equal(pruned.length, 2 * 3);
      for (const task of tasks) assert.equal(task.data, dense.data);
      for (let epoch = 1; epoch <= 3; epoch++) {
        assert.deepEqual(dense.order(epoch), dropout.order(epoch));
      }
      for (let epoch = 1; epoch <= 2; epoch++) {
        for (const task of pruned) assert.deepEqual(task.order(epoch), pruned[0].order(epoch));
      }
    });

    it('draw batches of their own in retraining: its epochs count on', async () => {
      for (const streams of ['named', 'torch'] as const) {
        const { engine, tasks } = recording();
        await eventsOf(tiny({ streams }), { engine });
        const draws = trainingDraws(streams, 42, {
          layout: tasks[0].layout,
          samples: 40,
          train: 28,
        });
        for (const epoch of [1, 2, 3]) {
          assert.deepEqual(tasks[0].order(epoch), draws.order(epoch));
        }
        for (const epoch of [1, 2]) assert.deepEqual(tasks[1].order(epoch), draws.order(3 + epoch));
      }
    });

    it('train on one part of the samples and are tested on the other', async () => {
      const { engine, tasks } = recording();
      const seen: Float32Array[] = [];
      const predict: Engine['predict'] = (network, inputs, pace) => {
        seen.push(inputs);
        return engine.predict(network, inputs, pace);
      };
      await eventsOf(tiny(), { engine: { ...engine, predict } });
      const { inputs } = tasks[0].data;
      assert.equal(inputs.length + seen[0].length, DATA.inputs.length);
      const both = [...inputs, ...seen[0]].sort((a, b) => a - b);
      assert.deepEqual(
        both,
        [...DATA.inputs].sort((a, b) => a - b),
      );
      for (const tested of seen) assert.deepEqual(tested, seen[0]);
    });

    it('follow the settings of training, and of retraining', async () => {
      const { engine, tasks } = recording();
      const training = { learningRate: 0.02, beta1: 0.8, beta2: 0.9, epsilon: 1e-6, epochs: 1 };
      const retraining = { epochs: 3, learningRate: 0.03 };
      await eventsOf(tiny({ training, pruning: { ratios: [0.5], retraining } }), { engine });
      const settings = tasks.map(({ epochs, batchSize, optimizer }) => {
        return { epochs, batchSize, ...optimizer };
      });
      const first = { kind: 'adam', ...training, batchSize: 8 };
      assert.deepEqual(settings, [first, { ...first, ...retraining }]);
    });
  });

  describe('with dropout', () => {
    it('drop in the twin alone, by masks of each leg’s own', async () => {
      const { engine, tasks } = recording();
      const specification = tiny({
        specimen: { dropoutTwin: 0.3 },
        pruning: { ratios: [0.25, 0.5] },
      });
      await eventsOf(specification, { engine });
      const [dense, twin, ...pruned] = tasks;
      const twins = [twin, pruned[2], pruned[3]];
      for (const task of [dense, pruned[0], pruned[1]]) assert.equal(task.dropout, undefined);
      const bits = twins.flatMap(({ dropout, epochs }) => {
        assert.ok(dropout);
        assert.equal(dropout.probability, 0.3);
        return Array.from({ length: epochs }, (_, e) => dropout.source(e + 1).uint32());
      });
      assert.equal(bits.length, 3 + 2 + 2);
      assert.equal(new Set(bits).size, bits.length);
    });

    it('are measured without it', async () => {
      const rows = rowsOf(await eventsOf(tiny({ specimen: { dropoutTwin: 0.5 } })));
      const at = (arm: string, epoch: number): MetricsRow | undefined =>
        rows.find((row) => row.arm === arm && row.requested === null && row.epoch === epoch);
      assert.deepEqual({ ...at('dropout', 0), arm: 'dense' }, at('dense', 0));
      assert.notEqual(at('dropout', 3)?.testLoss, at('dense', 3)?.testLoss);
    });
  });

  describe('that prune', () => {
    it('begin at ratio 0 with the trained specimen itself', async () => {
      const events = await eventsOf(tiny());
      const rows = rowsOf(events);
      const trained = rows.find(({ phase, epoch }) => phase === 'training' && epoch === 3);
      const control = rows.find(({ phase, requested }) => phase === 'pruned' && requested === 0);
      assert.ok(trained && control);
      const { phase, epoch, requested, trainLoss, ...figures } = control;
      assert.deepEqual([phase, epoch, requested, trainLoss], ['pruned', 0, 0, null]);
      for (const [name, value] of Object.entries(figures)) {
        assert.deepEqual(value, trained[name as keyof MetricsRow], name);
      }
      const all = checkpoints(events);
      assert.deepEqual(
        found(all, '42-dense-0/pruned/0').specimen,
        found(all, '42-dense/training/3').specimen,
      );
    });

    const requests: Omit<PruningRequest, 'ratio'>[] = [
      { method: 'global-structured', norm: 'l1', normalize: true },
      { method: 'global-structured', norm: 'l2', normalize: false },
      { method: 'global-structured', norm: 'l1', normalize: true, caps: [0.25, null] },
      { method: 'random-structured' },
      { method: 'random-structured', caps: 0.5 },
      { method: 'torch-pruning' },
      { method: 'thesis' },
    ];
    for (const request of requests) {
      it(`remove what the pruner removes: ${JSON.stringify(request)}`, async () => {
        const specification = tiny({
          seeds: [42, 7],
          specimen: { dropoutTwin: 0.5 },
          pruning: { ...request, ratios: [0.25, 0.5] },
        });
        const events = await eventsOf(specification);
        const all = checkpoints(events);
        for (const { leg, phase, specimen } of all.values()) {
          if (phase !== 'pruned') continue;
          const { seed, arm } = leg;
          const ratio = leg.requested ?? NaN;
          const trained = found(all, `${seed}-${arm}/training/3`).specimen;
          const random = stream(seed, 'pruning', arm, String(ratio));
          const expected = pruneSpecimen(trained, { ...request, ratio }, random);
          assert.deepEqual(specimen, expected.specimen);
          const row = rowsOf(events).find(
            (r) => r.seed === seed && r.arm === arm && r.requested === ratio && r.epoch === 0,
          );
          assert.deepEqual(row?.hidden, expected.hidden);
          assert.deepEqual(row?.parameters, expected.specimen.parameters.length);
          // Both are differences of small counts by the same count, but for one rounding.
          assert.ok(Math.abs((row?.neuronRatio ?? NaN) - expected.neuronRatio) < 1e-15);
          assert.ok(Math.abs((row?.parameterRatio ?? NaN) - expected.parameterRatio) < 1e-15);
        }
        assert.equal([...all.values()].filter(({ phase }) => phase === 'pruned').length, 8);
      });
    }

    it('keep widths, ratios and units through retraining', async () => {
      const events = await eventsOf(tiny());
      const all = checkpoints(events);
      const { specimen: pruned } = found(all, '42-dense-0.5/pruned/0');
      const { specimen: retrained } = found(all, '42-dense-0.5/retraining/2');
      assert.deepEqual(retrained.units, pruned.units);
      assert.deepEqual(retrained.layout, pruned.layout);
      assert.notDeepEqual(retrained.parameters, pruned.parameters);
      const rows = rowsOf(events).filter(({ requested }) => requested === 0.5);
      assert.equal(rows.length, 3);
      for (const { neuronRatio, parameterRatio, hidden } of rows) {
        assert.deepEqual(
          { neuronRatio, parameterRatio, hidden },
          {
            neuronRatio: rows[0].neuronRatio,
            parameterRatio: rows[0].parameterRatio,
            hidden: rows[0].hidden,
          },
        );
      }
      assert.equal(rows[0].neuronRatio, 0.5);
    });

    it('leave the trained specimen as it was', async () => {
      const all = checkpoints(await eventsOf(tiny({ pruning: { ratios: [0.5, 0.25] } })));
      const again = checkpoints(await eventsOf(tiny({ pruning: { ratios: [] } })));
      assert.deepEqual(
        found(all, '42-dense/training/3').specimen,
        found(again, '42-dense/training/3').specimen,
      );
    });

    it('warn of what the pruner notes, with the leg', async () => {
      const pruning = { method: 'thesis', ratios: [0.75] };
      const warnings = ofType(await eventsOf(tiny({ pruning })), 'warning');
      assert.ok(warnings.length > 0);
      for (const { leg, message } of warnings) {
        assert.deepEqual(leg, { seed: 42, arm: 'dense', requested: 0.75 });
        assert.match(message, /hidden layer \d was not pruned/);
      }
      const plain = await eventsOf(tiny({ pruning: { ratios: [0.5] } }));
      assert.deepEqual(ofType(plain, 'warning'), []);
    });

    it('are refused without what they prune', async () => {
      const runner = new LegRunner(contextOf(tiny()), typescriptEngine());
      const run = runner.run([{ leg: { seed: 1, arm: 'dense', requested: 0.5 } }], UNPACED);
      await assert.rejects(async () => {
        for await (const event of run) assert.equal(event.type, 'leg-started');
      }, /^LabError: 1-dense-0\.5: has no trained specimen to prune$/);
    });
  });

  describe('that cannot go on', () => {
    async function failure(specification: Specification, engine?: Engine): Promise<LabError> {
      try {
        await eventsOf(specification, { engine });
      } catch (error) {
        assert.ok(error instanceof LabError, String(error));
        return error;
      }
      return assert.fail('it went on');
    }

    /** An engine that breaks the parameters of one network after its first epoch. */
    function breaking(isBroken: (task: TrainingTask) => boolean, value: number): Engine {
      const plain = typescriptEngine();
      return {
        ...plain,
        async *train(tasks, pace) {
          for await (const result of plain.train(tasks, pace)) {
            if (isBroken(tasks[result.task])) result.parameters.fill(value, 0, 1);
            yield result;
          }
        },
      };
    }

    it('name seed, arm and ratio when the loss leaves the finite numbers', async () => {
      const huge = { ...DATA, targets: DATA.targets.map((y) => y * 1e30) };
      const rows = async (specification: Specification): Promise<LabError> => {
        try {
          await eventsOf(specification, { data: inMemory(huge) });
        } catch (error) {
          assert.ok(error instanceof LabError);
          return error;
        }
        return assert.fail();
      };
      const dense = await rows(tiny({ seeds: [7] }));
      assert.equal(dense.kind, 'numeric');
      assert.match(
        dense.message,
        /^data\.data: the loss of the dense specimen of seed 7 is Infinity in epoch 1, step 1, before any update: the data has numbers too large for float32, data\.pth row \d+, column [12] of the targets \(Y\[\d+, [01]\] in Python\) is -?[\d.]+e\d+; scale the data/,
      );
      const pruned = await rows(
        tiny({ training: { epochs: 0 }, pruning: { ratios: [0.25, 0.5] } }),
      );
      assert.equal(pruned.kind, 'numeric');
      assert.match(
        pruned.message,
        /^data\.data: .* of the dense specimen of seed 42, pruned at 0\.25 is Infinity in epoch 1, step 1, before/,
      );
    });

    it('name the leg whatever its place among those that are trained', async () => {
      const plain = typescriptEngine();
      const error = await failure(tiny({ pruning: { ratios: [0, 0.25, 0.5] } }), {
        ...plain,
        train: (tasks, pace) =>
          tasks.length === 1
            ? plain.train(tasks, pace)
            : plain.train(
                tasks.map((task, i) => (i === 2 ? { ...task, learningRates: () => 1e37 } : task)),
                pace,
              ),
      });
      assert.match(error.message, /of the dense specimen of seed 42, pruned at 0\.5 is /);
      const { leg, epoch, step } = error.facts.diverged ?? {};
      assert.deepEqual(leg, { seed: 42, arm: 'dense', requested: 0.5 });
      assert.ok(epoch === 1 && step !== undefined && step > 0);
    });

    it('say so when it is the last update that diverges', async () => {
      const nan = await failure(
        tiny({ seeds: [3] }),
        breaking(() => true, NaN),
      );
      assert.equal(nan.kind, 'numeric');
      assert.equal(
        nan.message,
        'training.learningRate: training diverged: a parameter of the dense specimen of seed 3 is not finite after epoch 1; a smaller learning rate may help',
      );
      const large = await failure(
        tiny({ specimen: { activation: 'linear' } }),
        breaking(({ layout }) => layout.widths[1] < 8, 3e38),
      );
      assert.equal(large.place.field, 'pruning.retraining.learningRate');
      assert.match(
        large.message,
        /the test loss of the dense specimen of seed 42, pruned at 0\.25/,
      );
    });

    it('leave other errors of an engine alone', async () => {
      const engine: Engine = {
        ...typescriptEngine(),
        // eslint-disable-next-line @typescript-eslint/require-await -- it only fails
        async *train() {
          throw new LabError('unsupported', 'network 0 is too wide');
        },
      };
      const error = await failure(tiny(), engine);
      assert.equal(error.message, 'network 0 is too wide');
      assert.equal(error.kind, 'unsupported');
    });

    it('say when there are too few samples for both sides of the split', async () => {
      const one = {
        ...DATA,
        samples: 1,
        inputs: DATA.inputs.slice(0, 3),
        targets: DATA.targets.slice(0, 2),
      };
      await assert.rejects(eventsOf(tiny(), { data: inMemory(one) }), {
        message:
          'training.trainShare: 0.7 is not allowed: of 1 sample it leaves 1 for training and 0 for testing; both need at least one',
      });
    });
  });
});
