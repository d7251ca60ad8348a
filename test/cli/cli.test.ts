import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { shellWord } from '../../src/cli/cli';
import { withEnvironment } from '../node/environment';
import { polysemanticity, temporaryFolder, TINY, writeExperiment } from './workshop';

const ROOT = path.resolve(__dirname, '../..');
const PROGRAM = ['--import', 'tsx', path.join('src', 'cli', 'main.ts')];

interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

interface Running {
  readonly process: ChildProcess;
  /** Resolves when stderr has text that matches; rejects if the process ends before. */
  said(pattern: RegExp): Promise<void>;
  ended(): Promise<Outcome>;
}

/** Starts a command as a separate process, without a terminal. */
function start(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
  const child = spawn(command, args, { cwd: ROOT, env: { ...process.env, ...env } });
  const texts = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (texts.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (texts.err += chunk.toString()));
  const closed = once(child, 'close');
  return {
    process: child,
    async said(pattern) {
      while (!pattern.test(texts.err)) {
        const next = await Promise.race([once(child.stderr, 'data'), closed.then(() => undefined)]);
        if (!next) assert.match(texts.err, pattern);
      }
    },
    async ended() {
      await closed;
      return { code: child.exitCode, signal: child.signalCode, ...texts };
    },
  };
}

const program = (args: readonly string[], env?: NodeJS.ProcessEnv): Running =>
  start(process.execPath, [...PROGRAM, ...args], env);

/**
 * Starts a command that receives a signal as soon as it has reported a finished leg. The process sends it to itself:
 * on a busy machine the run would otherwise be finished before this process has read the report.
 */
function interrupted(args: readonly string[], signal: NodeJS.Signals): Running {
  const script = `
    const write = process.stderr.write;
    process.stderr.write = function (...given) {
      if (/dense: R /.test(given[0])) {
        process.stderr.write = write;
        process.kill(process.pid, '${signal}');
      }
      return write.apply(this, given);
    };`;
  const preloaded = `data:text/javascript,${encodeURIComponent(script)}`;
  return start(process.execPath, ['--import', preloaded, ...PROGRAM, ...args]);
}

describe('the program as a process', function () {
  // Each process compiles its sources first, which is slow on a busy machine.
  this.timeout(180_000);
  // Only machines with several engines report the choice of one.
  withEnvironment('POLYSEMANTICITY_TENSORFLOW', 'plain');
  const folder = temporaryFolder();
  let long: string;

  before(async () => {
    long = path.join(folder(), 'long');
    await mkdir(long);
    // After the first training most of the work remains, so that a signal interrupts it.
    await writeExperiment(long, {
      ...TINY,
      seeds: [0, 1, 2],
      specimen: { hidden: [6, 4] },
      pruning: { ratios: [0.3, 0.6], retraining: { epochs: 200 } },
    });
  });

  it('stops on Ctrl-C, says how to resume, and produces the bytes of an uninterrupted run', async () => {
    const { code, out, err } = await interrupted(['run', long, '--json'], 'SIGINT').ended();
    assert.deepEqual([code, out], [130, '']);
    assert.match(err, /stopping; press Ctrl-C again to stop immediately\n/);
    const again = `polysemanticity run ${shellWord(long)}`;
    assert.ok(
      err.endsWith(`polysemanticity: stopped; finished work is kept. Resume with: ${again}\n`),
    );

    const resumed = await program(['run', long, '--json']).ended();
    assert.equal(resumed.code, 0);
    assert.match(resumed.err, /^resuming /);
    const finished = (text: string): string[] => text.match(/seed \d dense.*: R/g) ?? [];
    assert.notDeepEqual(finished(err), []);
    for (const leg of finished(err)) {
      assert.ok(!finished(resumed.err).includes(leg), `${leg} was repeated`);
    }
    const fresh = await polysemanticity(['run', long, '--json', '--fresh', '--workers', '1']);
    const runs = [resumed.out, fresh.out].map((text) => (JSON.parse(text) as { run: string }).run);
    assert.notEqual(runs[0], runs[1]);
    for (const file of ['metrics.jsonl', 'attributions.safetensors', 'specimens.safetensors']) {
      const [a, b] = await Promise.all(runs.map((run) => readFile(path.join(run, file))));
      assert.ok(a.equals(b), file);
    }
  });

  it('stops on SIGTERM in the same way, with another exit code', async () => {
    const { code, err } = await interrupted(['run', long, '--fresh'], 'SIGTERM').ended();
    assert.equal(code, 143);
    assert.match(err, /Resume with: /);
    const { out } = await polysemanticity(['show', long]);
    assert.match(out, /^\d{8}-\S+ +unfinished +\w+ +0\.\.2 +\d/m);
    const unfinished = /^(\S+) +unfinished/m.exec(out)?.[1] ?? '';
    const shown = await polysemanticity(['show', long, '--run', unfinished]);
    assert.match(shown.out, /unfinished run, .*\n\ndense, /);
    const tensors = await polysemanticity(['export', long, '--run', unfinished, '--safetensors']);
    assert.equal(tensors.code, 2);
    assert.match(tensors.err, /the run is not finished: its tensors are not merged yet/);
  });

  for (const [state, work] of [
    ['waiting forever', 'setInterval(() => {}, 1000)'],
    ['busy, so that it does not handle signals', 'setTimeout(() => { for (;;); }, 100)'],
  ]) {
    it(`ends immediately on a second signal while it is ${state}`, async () => {
      const stubborn = start(process.execPath, [
        ...['--import', 'tsx', '--eval'],
        `const { interruptible } = require('./src/cli/interruption');
         const forever = (signal) => new Promise(() => {
           setInterval(() => {}, 1000);
           signal.addEventListener('abort', () => ${work});
         });
         interruptible(forever, { onStopping: () => console.error('stopping'), goOn: () => '' });
         console.error('ready');`,
      ]);
      await stubborn.said(/ready/);
      stubborn.process.kill('SIGINT');
      await stubborn.said(/stopping/);
      await setTimeout(500);
      const since = performance.now();
      stubborn.process.kill('SIGINT');
      // The exit code 130 of a shell.
      assert.equal((await stubborn.ended()).signal, 'SIGINT');
      assert.ok(performance.now() - since < 1000);
    });
  }

  it('ends silently if the reader closes the pipe', async () => {
    const words = [process.execPath, ...PROGRAM, 'export', long, '--csv'].map(shellWord);
    // Larger than the buffer of a pipe, so that the program encounters the closed end.
    const { out, err } = await start('sh', ['-c', `${words.join(' ')} | head -n 1`]).ended();
    assert.match(out, /^seed,arm,phase,epoch,.*\n$/);
    assert.equal(err, '');
  });

  it('prints errors to stderr with its name, and exits with their code', async () => {
    const [usage, storage] = await Promise.all([
      program(['run', long, '--seeds', '3..1']).ended(),
      program(['show', path.join(folder(), 'nowhere')]).ended(),
    ]);
    assert.deepEqual([usage.code, usage.out, storage.code], [2, '', 3]);
    assert.equal(usage.err, 'polysemanticity: --seeds: the range "3..1" is empty; write 1..3\n');
    assert.match(storage.err, /^polysemanticity: .*nowhere: .*no such file/);
  });

  it('overwrites one line with its progress on a terminal, without colour if NO_COLOR is set', async function () {
    if (spawnSync('script', ['-qec', 'true', '/dev/null']).status !== 0) this.skip();
    const tiny = path.join(folder(), 'tiny');
    await mkdir(tiny);
    await writeExperiment(tiny, TINY);
    const command = [process.execPath, ...PROGRAM, 'run', tiny].map(shellWord).join(' ');
    const { code, out } = await start(
      'script',
      ['-qec', `stty cols 120; ${command}`, '/dev/null'],
      { TERM: 'xterm', LC_ALL: 'C.UTF-8', NO_COLOR: '1' },
    ).ended();
    assert.equal(code, 0);
    assert.match(out, /\r\x1b\[K[█░]{20} +\d+% /);
    assert.match(out, /Run: \S+\r\n$/);
    assert.doesNotMatch(out, /\x1b\[\d+m/);
  });
});
