import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readToyData } from '../../../../src/core/data/toyDataFile';
import { importDataSet } from '../../../../src/core/data/importedDataSet';
import type { Engine } from '../../../../src/core/engine/engine';
import { typescriptEngine } from '../../../../src/core/engine/typescript/typescriptEngine';
import { LabError } from '../../../../src/core/errors';
import type { ExperimentData } from '../../../../src/core/experiment/context';
import type { ExperimentEvent } from '../../../../src/core/experiment/events';
import type { DataSource } from '../../../../src/core/experiment/runExperiment';
import { UNPACED, Stopped, StopSource, type Pace } from '../../../../src/core/stop';
import { dataSourceOf, toyDataFile } from '../../../../src/node/compute/data/dataSources';
import { EXPERIMENT_FILE } from '../../../../src/node/runStore/paths';
import { openExperiment, type Experiment } from '../../../../src/node/experiments/openExperiment';
import { generateExperimentData } from '../../../../src/node/compute/data/generateData';
import { temporaryFolders } from '../../temporaryFolder';

const FIXTURES = path.resolve(__dirname, '../../../fixtures/import');

interface Outcome {
  readonly data: ExperimentData;
  readonly events: readonly ExperimentEvent[];
}

async function outcomeOf(source: DataSource, pace: Pace = UNPACED): Promise<Outcome> {
  const work = source(pace);
  const events: ExperimentEvent[] = [];
  for (;;) {
    const next = await work.next();
    if (next.done) return { data: next.value, events };
    events.push(next.value);
  }
}

describe('the data of an experiment', () => {
  const space = temporaryFolders();

  /** An experiment in the folder of the test. */
  function experiment(specification: Readonly<Record<string, unknown>>): Promise<Experiment> {
    const text = JSON.stringify({ name: 'Data', specimen: { hidden: [4] }, ...specification });
    writeFileSync(path.join(space.folder, EXPERIMENT_FILE), text);
    return openExperiment(space.folder);
  }

  describe('that is imported', () => {
    function imported(data: Readonly<Record<string, string>> = {}): Promise<Experiment> {
      const at = (name: string): string => path.relative(space.folder, path.join(FIXTURES, name));
      const files = { data: at('data.pth'), encoder: at('encoder.pth') };
      return experiment({ data: { source: 'imported', ...files, ...data } });
    }

    it('is read from files named relative to the experiment', async () => {
      const source = dataSourceOf(await imported(), typescriptEngine());
      const { data, events } = await outcomeOf(source);
      const name = 'data.pth';
      const bytes = readFileSync(path.join(FIXTURES, name));
      assert.deepEqual(data.data, importDataSet({ name, bytes }));
      assert.deepEqual(data.encoder.layout, { widths: [6, 4, 3], activations: ['relu'] });
      assert.deepEqual(data.report, { samples: 12, features: 6, inputs: 3, outputs: 2 });
      assert.deepEqual([data.warnings, events], [[], []]);
      assert.deepEqual(readdirSync(space.folder), [EXPERIMENT_FILE]);
    });

    it('may be named by absolute paths', async () => {
      const source = dataSourceOf(
        await imported({ data: path.join(FIXTURES, 'data.pth') }),
        typescriptEngine(),
      );
      assert.equal((await outcomeOf(source)).data.data.samples, 12);
    });

    it('warns where the activation of the encoder is not what its file shows', async () => {
      const warnings = async (encoder: string, activation: string): Promise<readonly string[]> => {
        const files = await imported({ encoder: path.join(FIXTURES, encoder), activation });
        return (await outcomeOf(dataSourceOf(files, typescriptEngine()))).data.warnings;
      };
      assert.match(
        (await warnings('encoder.pth', 'linear'))[0],
        /encoder\.pth has room for activations .*, but data\.activation is "linear"$/,
      );
      assert.match(
        (await warnings('encoder-linear.pth', 'relu'))[0],
        /has no room for activations/,
      );
      assert.deepEqual(await warnings('encoder-linear.pth', 'linear'), []);
      assert.deepEqual(await warnings('encoder-shallow.pth', 'relu'), []);
    });

    it('warns of a feature model that is not used, since it does not belong', async () => {
      const featureModel = path.join(FIXTURES, 'feature_model-other.pth');
      const source = dataSourceOf(await imported({ featureModel }), typescriptEngine());
      const { warnings } = (await outcomeOf(source)).data;
      assert.equal(warnings.length, 1);
      assert.match(warnings[0], /feature_model-other\.pth \(12-6-2/);
    });

    it('is refused with the absolute path of the wrong file', async () => {
      const cases: [Record<string, string>, RegExp][] = [
        [{ data: 'gone.pth' }, /gone\.pth: cannot read the file: there is no such file or folder$/],
        [{ encoder: path.join(FIXTURES, 'encoder-wide.pth') }, /encoder-wide\.pth: has 5 outputs/],
        [{ data: path.join(FIXTURES, 'encoder.pth') }, /encoder\.pth: expected a tuple of tensors/],
        [{ data: 'with\u0000nul' }, /cannot read the file/],
      ];
      for (const [files, message] of cases) {
        const source = dataSourceOf(await imported(files), typescriptEngine());
        await assert.rejects(outcomeOf(source), (error: unknown) => {
          assert.ok(error instanceof LabError, String(error));
          assert.match(error.message, message);
          assert.ok(path.isAbsolute(error.place.file ?? ''));
          return true;
        });
      }
    });

    it('cannot be generated', async () => {
      const work = generateExperimentData(await imported());
      await assert.rejects(
        work.next(),
        /data\.source: the data is imported, there is nothing to generate/,
      );
    });
  });

  describe('that is generated', () => {
    const SPECIFICATION = {
      features: { count: 4, hidden: [3, 1] },
      data: { samples: 20, inputs: 2, autoencoder: { epochs: 3, batchSize: 1_000_000 } },
    };

    const generated = (changes: Readonly<Record<string, unknown>> = {}): Promise<Experiment> =>
      experiment({ ...SPECIFICATION, ...changes });

    /** The steps of which there was progress: none when the data was there. */
    async function stepsOf(source: DataSource): Promise<string[]> {
      const { events } = await outcomeOf(source);
      const steps = events.map((event) =>
        event.type === 'data-progress' ? event.step : event.type,
      );
      return [...new Set(steps)];
    }

    it("is stored in the experiment's folder with its ground truth", async () => {
      const opened = await generated();
      const { data, events } = await outcomeOf(dataSourceOf(opened, typescriptEngine()));
      assert.equal(toyDataFile(opened), path.join(space.folder, 'data', 'toy-data.safetensors'));
      const { toy } = readToyData(readFileSync(toyDataFile(opened)));
      assert.deepEqual([data.data, data.encoder], [toy.data, toy.encoder]);
      assert.deepEqual(data.report, {
        samples: 20,
        features: 4,
        inputs: 2,
        outputs: 2,
        autoencoderLoss: toy.autoencoderLosses[2],
      });
      assert.deepEqual(data.warnings, []);
      assert.deepEqual(
        events,
        [1, 2, 3].map((done) => ({ type: 'data-progress', step: 'autoencoder', done, of: 3 })),
      );
      assert.deepEqual(readdirSync(path.join(space.folder, 'data')), ['toy-data.safetensors']);
    });

    it('is read again, the same, as long as it is of the same origin', async () => {
      const opened = await generated();
      const first = await outcomeOf(dataSourceOf(opened, typescriptEngine()));
      const bytes = readFileSync(toyDataFile(opened));
      const again = await outcomeOf(dataSourceOf(opened, typescriptEngine()));
      assert.deepEqual([again.events, again.data], [[], first.data]);
      // What has no part in the data changes nothing: other seeds, another specimen.
      const other = await generated({ seeds: [1, 2], specimen: { hidden: [9] } });
      assert.deepEqual((await outcomeOf(dataSourceOf(other, typescriptEngine()))).events, []);
      assert.deepEqual(readFileSync(toyDataFile(opened)), bytes);
    });

    it('is the same when it is generated again', async () => {
      const opened = await generated();
      await outcomeOf(dataSourceOf(opened, typescriptEngine()));
      const bytes = readFileSync(toyDataFile(opened));
      assert.deepEqual(await stepsOf(dataSourceOf(opened, typescriptEngine(), { fresh: true })), [
        'autoencoder',
      ]);
      assert.deepEqual(readFileSync(toyDataFile(opened)), bytes);
    });

    it('is generated again if it has another origin', async () => {
      const engine = typescriptEngine();
      await outcomeOf(dataSourceOf(await generated(), engine));
      const others: [Experiment, Engine][] = [
        [await generated({ data: { ...SPECIFICATION.data, seed: 7 } }), engine],
        [await generated({ features: { ...SPECIFICATION.features, sparsity: 0.5 } }), engine],
        [await generated(), engine],
      ];
      for (const [opened, by] of others) {
        assert.deepEqual(await stepsOf(dataSourceOf(opened, by)), ['autoencoder']);
        assert.deepEqual(await stepsOf(dataSourceOf(opened, by)), []);
      }
    });

    it('is generated again if its file is damaged', async () => {
      const opened = await generated();
      const file = toyDataFile(opened);
      await outcomeOf(dataSourceOf(opened, typescriptEngine()));
      const whole = readFileSync(file);
      const text = whole.toString('latin1');
      const damages = [
        Buffer.alloc(0),
        whole.subarray(0, 100),
        whole.subarray(0, -1),
        Buffer.from('not data at all'),
        Buffer.from(text.replace('relu', 'tanh'), 'latin1'),
        Buffer.from(text.replace('[20,2]', '[2,20]'), 'latin1'),
      ];
      for (const damaged of damages) {
        assert.notDeepEqual(damaged, whole);
        writeFileSync(file, damaged);
        assert.deepEqual(await stepsOf(dataSourceOf(opened, typescriptEngine())), ['autoencoder']);
        assert.deepEqual(readFileSync(file), whole);
      }
    });

    it('warns of approximate samples, and reports how far they are', async () => {
      const opened = await generated({
        data: { ...SPECIFICATION.data, samples: 6, mode: 'inverted' },
        features: { ...SPECIFICATION.features, sparsity: 0 },
      });
      const source = dataSourceOf(opened, typescriptEngine());
      const { report, warnings } = (await outcomeOf(source)).data;
      const { inversion } = readToyData(readFileSync(toyDataFile(opened))).toy;
      assert.ok(inversion && inversion.summary.approximateShare > 0);
      const { approximateShare, meanError, maximumError } = report;
      assert.deepEqual({ approximateShare, meanError, maximumError }, inversion.summary);
      assert.match(warnings[0], /% of the samples are approximate/);
      // Also when it is read again.
      assert.deepEqual((await outcomeOf(source)).data.warnings, warnings);
    });

    it('fails before the work if it cannot be stored', async () => {
      const opened = await generated();
      writeFileSync(path.join(space.folder, 'data'), 'in the way');
      const engine: Engine = { ...typescriptEngine(), train: () => assert.fail('it worked') };
      await assert.rejects(outcomeOf(dataSourceOf(opened, engine)), (error: unknown) => {
        assert.ok(error instanceof LabError);
        assert.equal(error.kind, 'storage');
        assert.match(
          error.message,
          /data: cannot write into the folder: .* is a file, not a folder/,
        );
        return true;
      });
    });

    it('fails if its file cannot be written, and leaves no partial file', async () => {
      const opened = await generated();
      mkdirSync(path.join(toyDataFile(opened), 'in the way'), { recursive: true });
      await assert.rejects(
        outcomeOf(dataSourceOf(opened, typescriptEngine())),
        /cannot write the file/,
      );
      assert.deepEqual(readdirSync(path.join(space.folder, 'data')), ['toy-data.safetensors']);
    });

    it('can be stopped, and stores nothing then', async () => {
      const plain = typescriptEngine();
      const signal = new StopSource();
      const engine: Engine = {
        ...plain,
        async *train(tasks, pace) {
          for await (const result of plain.train(tasks, pace)) {
            signal.stop();
            yield result;
          }
        },
      };
      const source = dataSourceOf(await generated(), engine);
      const pace = { signal, yieldToEventLoop: () => Promise.resolve() };
      await assert.rejects(outcomeOf(source, pace), Stopped);
      assert.deepEqual(readdirSync(path.join(space.folder, 'data')), []);
    });

    it('names the autoencoder when its training diverges', async () => {
      const plain = typescriptEngine();
      const engine: Engine = {
        ...plain,
        train: (tasks, pace) =>
          plain.train(
            tasks.map((task) => ({ ...task, parameters: task.parameters.map(() => NaN) })),
            pace,
          ),
      };
      await assert.rejects(outcomeOf(dataSourceOf(await generated(), engine)), (error: unknown) => {
        assert.ok(error instanceof LabError);
        assert.equal(error.kind, 'numeric');
        assert.match(
          error.message,
          /^data\.autoencoder\.learningRate: training diverged: the loss of the autoencoder is NaN/,
        );
        return true;
      });
    });

    it('names the autoencoder when its training diverges in a thread of its own', async () => {
      const opened = await generated({
        features: { count: 2300, hidden: [2300] },
        data: { samples: 8, inputs: 2, mode: 'forward' },
      });
      const { data } = opened.specification;
      assert.ok(data.source === 'generated');
      // More than a specification may ask for: it diverges at once.
      Object.assign(data.autoencoder, { learningRate: 1e30 });
      await assert.rejects(
        outcomeOf(dataSourceOf(opened, typescriptEngine())),
        (error: unknown) => {
          assert.ok(error instanceof LabError);
          assert.match(
            error.message,
            /^data\.autoencoder\.learningRate: training diverged: the loss of the autoencoder is /,
          );
          assert.equal(error.facts.diverged?.task, 0);
          return true;
        },
      );
    });

    it('is generated by command, with the same report as in a run', async () => {
      const opened = await generated();
      const events: ExperimentEvent[] = [];
      const work = generateExperimentData(opened);
      let next = await work.next();
      for (; !next.done; next = await work.next()) events.push(next.value);
      assert.deepEqual(next.value, { file: toyDataFile(opened) });
      const { report } = (await outcomeOf(dataSourceOf(opened, typescriptEngine()))).data;
      assert.deepEqual(events.at(-1), { type: 'data-ready', report });
    });
  });
});
