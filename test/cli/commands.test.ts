import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { SeedSummary } from '../../src/core/experiment/summary';
import { MEASURES } from '../../src/core/measures/table';
import { global, string, tensor, torchFile, tuple, type Part } from '../core/formats/pickles';
import { withEnvironment } from '../node/environment';
import { polysemanticity, temporaryFolder, TINY, writeExperiment } from './workshop';

interface Result {
  readonly experiment: string;
  readonly run: string;
  readonly engine: string;
  readonly seeds: readonly SeedSummary[];
}

describe('commands', () => {
  // Only machines with several engines report the choice of one.
  withEnvironment('POLYSEMANTICITY_TENSORFLOW', 'plain');
  const folder = temporaryFolder();
  const at = (...names: string[]): string => path.join(folder(), ...names);
  const makeTiny = async (name: string): Promise<string> => {
    await mkdir(at(name));
    await writeExperiment(at(name), TINY);
    return at(name);
  };

  describe('new', () => {
    it('creates an experiment that later commands open, and names the next step', async () => {
      const { code, out } = await polysemanticity([
        ...[
          'new',
          at('made'),
          '--features',
          '4',
          '--inputs',
          '2',
          '--hidden',
          '4',
          '--seeds',
          '3..4',
        ],
      ]);
      assert.equal(code, 0);
      assert.match(out, /Next: polysemanticity run /);
      const text = await readFile(at('made', 'experiment.json'), 'utf8');
      assert.deepEqual((JSON.parse(text) as { seeds: unknown }).seeds, [3, 4]);
      assert.deepEqual((await readdir(at('made'))).sort(), ['README.md', 'experiment.json']);
      assert.match((await polysemanticity(['show', at('made')])).out, /there are no runs yet/);
    });

    it('overwrites nothing unless requested', async () => {
      const first = await readFile(at('made', 'experiment.json'), 'utf8');
      const again = await polysemanticity(['new', at('made')]);
      assert.equal(again.code, 2);
      assert.match(again.err, /^polysemanticity: .*README\.md: already exists; .*--force/);
      assert.equal(await readFile(at('made', 'experiment.json'), 'utf8'), first);
      assert.equal((await polysemanticity(['new', at('made'), '--force'])).code, 0);
      assert.notEqual(await readFile(at('made', 'experiment.json'), 'utf8'), first);
    });

    it('compares what a preset names, and suggests the preset that was meant', async () => {
      const { code } = await polysemanticity(['new', at('ticket'), '--preset', 'ticket']);
      assert.equal(code, 0);
      const text = await readFile(at('ticket', 'experiment.json'), 'utf8');
      const { arms } = JSON.parse(text) as { arms: { name: string }[] };
      assert.deepEqual(
        arms.map(({ name }) => name),
        ['control', 'ticket', 'imp', 'random'],
      );
      const unknown = await polysemanticity(['new', at('other'), '--preset', 'control']);
      assert.equal(unknown.code, 2);
      assert.match(unknown.err, /thesis, controls, ticket/);
      await assert.rejects(stat(at('other')), 'the folder was made');
    });

    it('creates nothing whose results are too large, and says what they would take', async () => {
      const many = ['--preset', 'controls', '--seeds', '0..2999'];
      const large = await polysemanticity(['new', at('large'), ...many]);
      assert.equal(large.code, 2);
      assert.match(large.err, /this takes about [\d.]+ GB in metrics\.jsonl, but .* Make seeds/);
      await assert.rejects(stat(at('large')), 'the folder was made');
    });

    it('creates nothing if a value is not allowed', async () => {
      const wide = await polysemanticity(['new', at('wide'), '--features', '99999999']);
      assert.equal(wide.code, 2);
      assert.match(wide.err, /features\.count/);
      await assert.rejects(stat(at('wide')), 'the folder was made');
    });

    it('reports errors of the file system', async () => {
      await writeFile(at('file'), '');
      assert.equal((await polysemanticity(['new', at('file', 'below')])).code, 3);
    });
  });

  describe('import', () => {
    const matrix = (key: number, rows: number, columns: number): Part =>
      tensor({
        key: String(key),
        length: rows * columns,
        shape: [rows, columns],
        strides: [columns, 1],
      });
    const vector = (key: number, length: number): Part =>
      tensor({ key: String(key), length, shape: [length], strides: [1] });
    const values = (...sizes: number[]): Record<string, Uint8Array> =>
      Object.fromEntries(
        sizes.map((size, key) => {
          const floats = Float32Array.from({ length: size }, (_, i) => Math.sin(i + key));
          return [`data/${key}`, new Uint8Array(floats.buffer)];
        }),
      );
    const args = (...more: string[]): string[] => [
      ...['import', '--data', at('data.pth'), '--encoder', at('encoder.pth')],
      ...['--hidden', '4,3', '--activation', 'relu', ...more],
    ];

    before(async () => {
      const data = tuple(matrix(0, 20, 2), matrix(1, 20, 2));
      await writeFile(at('data.pth'), torchFile(data, values(40, 40)));
      const encoder = [
        ...[global('collections', 'OrderedDict'), ')R', '('],
        ...[string('encoder.0.weight'), matrix(0, 3, 4), string('encoder.0.bias'), vector(1, 3)],
        ...[string('encoder.2.weight'), matrix(2, 2, 3), string('encoder.2.bias'), vector(3, 2)],
        'u',
      ];
      await writeFile(at('encoder.pth'), torchFile(encoder, values(12, 3, 6, 2)));
    });

    it('creates an experiment from PyTorch files that can be run', async () => {
      const { code, out, err } = await polysemanticity(
        args('--dropout-twin', '--out', at('imported')),
      );
      assert.equal(code, 0, err);
      assert.match(err, /20 samples of 2 inputs and 2 outputs; encoder 4-3-2, relu/);
      assert.match(out, /Next: polysemanticity run /);
      const shown = await polysemanticity(['show', at('imported'), '--json']);
      assert.deepEqual(JSON.parse(shown.out), { experiment: 'imported', runs: [], result: null });
      const generated = await polysemanticity(['generate', at('imported')]);
      assert.equal(generated.code, 2);
      assert.match(generated.err, /nothing to generate/);
    });

    it('says which option is missing', async () => {
      const { code, err } = await polysemanticity(['import', '--data', 'x']);
      assert.equal(code, 2);
      assert.match(err, /^polysemanticity: required option '--encoder <file>' not specified/);
    });

    it('names a file with the wrong content', async () => {
      const swapped = await polysemanticity([
        ...['import', '--data', at('encoder.pth'), '--encoder', at('data.pth')],
        ...['--hidden', '4', '--activation', 'relu', '--out', at('swapped')],
      ]);
      assert.equal(swapped.code, 2);
      assert.match(swapped.err, /encoder\.pth/);
      await assert.rejects(stat(at('swapped')));
    });
  });

  describe('generate', () => {
    it('generates the data, saves it and reports on it', async () => {
      const tiny = await makeTiny('generated');
      const { code, out, err } = await polysemanticity(['generate', tiny]);
      assert.equal(code, 0, err);
      assert.match(out, /^100 samples, 6 features, 3 inputs, 2 outputs\nautoencoder loss: \d/);
      const file = /Data: (.*)\n/.exec(out)?.[1] ?? '';
      assert.ok((await stat(file)).size > 0);
      const first = (await stat(file)).mtimeMs;
      await polysemanticity(['generate', tiny]);
      assert.equal((await stat(file)).mtimeMs, first, 'was made again');
      await polysemanticity(['generate', tiny, '--force']);
      assert.notEqual((await stat(file)).mtimeMs, first, 'was not made again');
    });

    it('reports how much of inverted data is approximate', async () => {
      await mkdir(at('inverted'));
      await writeExperiment(at('inverted'), { ...TINY, data: { ...TINY.data, mode: 'inverted' } });
      const { out } = await polysemanticity(['generate', at('inverted')]);
      assert.match(out, /approximate samples: \d+(\.\d)?%; error of the worst feature: mean \d/);
    });
  });

  describe('run', () => {
    let result: Result;

    before(async () => {
      const tiny = await makeTiny('tiny');
      const { code, out, err } = await polysemanticity(['run', tiny, '--seeds', '7,8', '--json']);
      assert.equal(code, 0, err);
      assert.equal(out.split('\n').length, 2, 'one line on stdout');
      result = JSON.parse(out) as Result;
    });

    it('ends with one JSON object of a fixed shape', () => {
      assert.deepEqual(Object.keys(result), ['experiment', 'run', 'engine', 'seeds']);
      assert.equal(result.experiment, 'tiny');
      assert.equal(path.dirname(result.run), at('tiny', 'runs'));
      assert.ok(result.engine.length > 0);
      assert.deepEqual(
        result.seeds.map(({ seed }) => seed),
        [7, 8],
      );
      const measures = MEASURES.map(({ id }) => id as string);
      for (const seed of result.seeds) {
        assert.deepEqual(Object.keys(seed), ['seed', 'dense', 'pruned', 'dropout']);
        assert.deepEqual(Object.keys(seed.dropout ?? {}), ['dense', 'pruned']);
        for (const arm of [seed, seed.dropout ?? seed]) {
          const { dense, pruned } = arm;
          assert.deepEqual(Object.keys(dense), [
            ...measures,
            'trainLoss',
            'testLoss',
            'r2',
            'layers',
          ]);
          assert.equal(dense.layers.relative.length, 2);
          assert.deepEqual(
            pruned.map(({ requested }) => requested),
            [0.3, 0.6],
          );
          for (const net of pruned) {
            assert.deepEqual(Object.keys(net), [
              ...['requested', 'neuronRatio', 'parameterRatio', 'hidden', 'before', 'after'],
            ]);
            assert.deepEqual(Object.keys(net.before), ['relative', 'testLoss']);
            assert.deepEqual(Object.keys(net.after), ['relative', 'coverage', 'testLoss']);
            assert.equal(net.hidden.length, 2);
          }
        }
      }
    });

    it('ends with tables and the path of the run', async () => {
      const { code, out, err } = await polysemanticity(['run', at('tiny')]);
      assert.equal(code, 0, err);
      assert.match(out, /^tiny, .+\n\ndense, seed 42\n/);
      assert.match(out, /dropout twin, seed 42\n/);
      assert.match(out, /^ +60% /m);
      const run = /Run: (.*)\n$/.exec(out)?.[1] ?? '';
      assert.ok((await stat(path.join(run, 'run.json'))).isFile());
      assert.match(err, /^run .*\ndata\n {2}100 samples/);
      // In the order in which they finish, which depends on the number of cores.
      assert.match(err, /^100% seed 42 \w+ \d+%: R /m);
      for (const leg of ['dense', 'dropout', 'dense 30%', 'dropout 60%']) {
        assert.ok(err.includes(` seed 42 ${leg}: R `), leg);
      }
      assert.doesNotMatch(err, /\r/);
    });

    it('computes the same numbers with the oracle engine as with the default', async () => {
      const { out, err } = await polysemanticity([
        ...['run', at('tiny'), '--seeds', '7..8', '--engine', 'typescript', '--json', '--quiet'],
      ]);
      assert.equal(err, '');
      const oracle = JSON.parse(out) as Result;
      assert.notEqual(oracle.engine, result.engine);
      assert.deepEqual(oracle.seeds, result.seeds);
    });

    it('verifies a run, and exits with a code if it was changed', async () => {
      const verified = await polysemanticity(['show', at('tiny'), '--verify']);
      assert.deepEqual([verified.code, verified.err], [0, '']);
      assert.match(verified.out, /^Run: .*\n\npart +state *\n.*\nmetrics\.jsonl +as saved/);
      const run = /^Run: (.*)/.exec(verified.out)?.[1] ?? '';
      const file = path.join(run, 'specimens.safetensors');
      const before = await readFile(file);
      await writeFile(
        file,
        Buffer.concat([before.subarray(0, -1), Buffer.of(before[before.length - 1] ^ 1)]),
      );
      const changed = await polysemanticity(['show', run, '--verify', '--json']);
      await writeFile(file, before);
      assert.equal(changed.code, 2);
      assert.match(
        changed.err,
        /not as it was saved: specimens\.safetensors; restore it from a copy/,
      );
      const { parts } = JSON.parse(changed.out) as { parts: { state: string }[] };
      assert.deepEqual(
        parts.map(({ state }) => state),
        ['as saved', 'as saved', 'damaged'],
      );
    });

    it('refuses to resume a finished run, and contradictory options', async () => {
      const resume = await polysemanticity(['run', at('tiny'), '--resume', '--json']);
      assert.equal(resume.code, 2);
      assert.equal(resume.out, '');
      assert.match(resume.err, /no unfinished run/);
      const both = await polysemanticity(['run', at('tiny'), '--resume', '--fresh']);
      assert.equal(both.code, 2);
      assert.match(both.err, /'--fresh' cannot be used with option '--resume'/);
    });

    it('names what is wrong with seeds, engine and experiment', async () => {
      const seeds = await polysemanticity(['run', at('tiny'), '--seeds', '1,x']);
      assert.deepEqual([seeds.code, seeds.out], [2, '']);
      assert.match(seeds.err, /^polysemanticity: --seeds: "x" is not a seed in "1,x"/);
      const engine = await polysemanticity(['run', at('tiny'), '--engine', 'gpu']);
      assert.equal(engine.code, 2);
      assert.match(engine.err, /Allowed choices are auto, .*typescript/);
      const missing = await polysemanticity(['run', at('nowhere')]);
      assert.equal(missing.code, 3);
      assert.match(missing.err, /nowhere: .*no such file or folder/);
      await mkdir(at('broken'));
      await writeFile(at('broken', 'experiment.json'), '{\n  "name": "x",\n  "sedes": [1]\n}');
      const broken = await polysemanticity(['run', at('broken'), '--json']);
      assert.deepEqual([broken.code, broken.out], [2, '']);
      assert.match(
        broken.err,
        /experiment\.json:3:\d+: sedes: unknown field; did you mean "seeds"/,
      );
    });
  });

  describe('show', () => {
    it('lists runs, newest first, and shows the newest as table and charts in 80 columns', async () => {
      const { code, out } = await polysemanticity(['show', at('tiny')]);
      assert.equal(code, 0);
      const runs = (await readdir(at('tiny', 'runs'))).length;
      const listed = out
        .split('\n')
        .filter((line) => /^\d{8}-\S+ +finished +\w+ +[\d,]+ +\d/.test(line));
      assert.equal(listed.length, runs);
      assert.match(out, /dense, mean ± sd of 2 seeds \(7,8\)/);
      assert.match(
        out,
        /epochs of training\n {2}── dense {2}·· dropout {2}╌╌ null: random readouts/,
      );
      assert.match(out, /share of hidden neurons pruned/);
      for (const line of out.split('\n').filter((text) => !text.startsWith('Run: '))) {
        assert.ok(line.length <= 80, line);
      }
    });

    it('prints the list and the result as JSON', async () => {
      const { out } = await polysemanticity(['show', at('tiny'), '--json']);
      const shown = JSON.parse(out) as {
        experiment: string;
        runs: { id: string; run: string; state: string; seeds: number[]; relative: number }[];
        result: Result;
      };
      assert.equal(shown.experiment, 'tiny');
      const [newest] = shown.runs;
      assert.equal(shown.result.run, newest.run);
      assert.equal(newest.state, 'finished');
      assert.deepEqual(newest.seeds, [7, 8]);
      const trained = shown.result.seeds.map(({ dense }) => dense.relative ?? NaN);
      // A mean of two numbers of about 4, which may be summed in another order.
      assert.ok(Math.abs(newest.relative - (trained[0] + trained[1]) / 2) < 1e-12);
    });

    it('shows the chosen run, by its id or folder', async () => {
      const { out } = await polysemanticity(['show', at('tiny'), '--json']);
      const { runs } = JSON.parse(out) as { runs: { id: string; run: string }[] };
      const oldest = runs[runs.length - 1];
      const byId = await polysemanticity(['show', at('tiny'), '--run', oldest.id, '--json']);
      assert.equal((JSON.parse(byId.out) as { result: Result }).result.run, oldest.run);
      const byFolder = await polysemanticity(['show', oldest.run, '--json']);
      assert.equal((JSON.parse(byFolder.out) as { result: Result }).result.run, oldest.run);
      const unknown = await polysemanticity(['show', at('tiny'), '--run', 'yesterday']);
      assert.equal(unknown.code, 2);
      assert.ok(unknown.err.includes(oldest.id), 'names those that are there');
    });

    it('charts and tabulates another measure', async () => {
      const { out } = await polysemanticity(['show', at('tiny'), '--measure', 'gini']);
      assert.match(out, /^Gini coefficient, mean of 2 seeds$/m);
      const unknown = await polysemanticity(['show', at('tiny'), '--measure', 'ginni']);
      assert.equal(unknown.code, 2);
      assert.match(unknown.err, /did you mean gini\?/);
    });
  });

  describe('help', () => {
    it('explains every command: its purpose, options, an example', async () => {
      const { out } = await polysemanticity([]);
      for (const name of ['new', 'import', 'generate', 'run', 'show', 'export', 'figure']) {
        assert.match(out, new RegExp(`^  ${name} `, 'm'));
        const help = await polysemanticity([name, '--help']);
        assert.equal(help.code, 0);
        assert.equal(help.err, '');
        assert.match(help.out, /Options:/);
        assert.match(help.out, new RegExp(`^Example: .*\n  \\$ polysemanticity ${name}`, 'm'));
        for (const line of help.out.split('\n')) assert.ok(line.length <= 100, line);
      }
    });

    it('has a version', async () => {
      const { code, out } = await polysemanticity(['--version']);
      assert.equal(code, 0);
      assert.match(out, /^\d+\.\d+\.\d+\n$/);
    });

    it('suggests the command that was probably meant', async () => {
      const { code, err } = await polysemanticity(['rnu']);
      assert.equal(code, 2);
      assert.match(err, /^polysemanticity: unknown command 'rnu'\n\(Did you mean run\?\)/);
    });
  });
});
