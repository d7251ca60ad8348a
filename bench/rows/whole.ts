import { spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { legEpochs, planRun } from '../../src/core/experiment/plan';
import { openExperiment } from '../../src/node/experiments/openExperiment';
import { NONLINEAR0 } from '../architectures';
import { ROOT } from '../hosts/bundle';
import type { Whole } from '../report';
import { summarise } from '../timing/statistics';

const PROGRAM = path.join(ROOT, 'bin/polysemanticity.js');
/** Preloaded into the program: reports its peak memory when it ends. */
const MEMORY_HOOK = path.join(__dirname, 'memory.cjs');

/** What to run, and how. */
export interface WholeOptions {
  /** Names of the examples. */
  readonly names: readonly string[];
  /** How often NonLinear0 is run; the others take long enough to be run once. */
  readonly repeats: number;
  readonly cores: number;
  readonly log: (text: string) => void;
}

/**
 * Runs examples as a user does, `polysemanticity run`, in folders of their own: data, training,
 * pruning, retraining, a measurement after every epoch, everything kept on disk. NonLinear0 is also run
 * on one core. The program must have been built.
 */
export async function wholeRuns({ names, repeats, cores, log }: WholeOptions): Promise<Whole[]> {
  const found: Whole[] = [];
  for (const name of names) {
    const isRepeated = name === NONLINEAR0.name;
    let metrics: string | undefined;
    for (const workers of isRepeated ? [...new Set([cores, 1])] : [cores]) {
      log(`whole: ${name}, ${workers === 1 ? 'one core' : `${workers} cores`}`);
      const runs: Run[] = [];
      for (let i = 0; i < (isRepeated ? repeats : 1); i++)
        runs.push(await runExample(name, workers));
      metrics ??= runs[0].metrics;
      found.push(wholeOf(name, workers, runs, metrics));
    }
  }
  return found;
}

function wholeOf(name: string, workers: number, runs: readonly Run[], metrics: string): Whole {
  return {
    name,
    workers,
    epochs: runs[0].epochs,
    seconds: summarise(runs.map(({ seconds }) => seconds)),
    dataSeconds: summarise(runs.map(({ dataSeconds }) => dataSeconds)),
    peakMegabytes: Math.max(...runs.map(({ peakMegabytes }) => peakMegabytes)),
    reproduced: runs.every((run) => run.metrics === metrics),
  };
}

interface Run {
  readonly seconds: number;
  readonly dataSeconds: number;
  readonly epochs: number;
  readonly peakMegabytes: number;
  /** All that was measured, as it is kept. */
  readonly metrics: string;
}

async function runExample(name: string, workers: number): Promise<Run> {
  const folder = await mkdtemp(path.join(tmpdir(), 'polysemanticity-bench-'));
  try {
    // Only the experiment itself: data and runs that lie beside it would save work.
    const file = path.join(folder, 'experiment.json');
    await cp(path.join(ROOT, 'examples', name, 'experiment.json'), file);
    const { specification } = await openExperiment(folder);
    const legs = planRun(specification);
    const data = await runProgram(['generate', folder]);
    await rm(path.join(folder, 'data'), { recursive: true });
    const { seconds, peakMegabytes } = await runProgram([
      'run',
      '--engine',
      'simd',
      folder,
      '--json',
      '--quiet',
      '--workers',
      String(workers),
    ]);
    const [run] = await readdir(path.join(folder, 'runs'));
    return {
      seconds,
      dataSeconds: data.seconds,
      epochs: legs.reduce((sum, leg) => sum + legEpochs(specification, leg), 0),
      peakMegabytes,
      metrics: await readFile(path.join(folder, 'runs', run, 'metrics.jsonl'), 'utf8'),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs the program from start to end; peak memory in megabytes of 10⁶ bytes. */
function runProgram(
  args: readonly string[],
): Promise<{ readonly seconds: number; readonly peakMegabytes: number }> {
  const start = performance.now();
  const child = spawn(process.execPath, ['--require', MEMORY_HOOK, PROGRAM, ...args], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  let told = '';
  let complaint = '';
  child.stdio[2]?.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  child.stdio[3]?.on('data', (chunk: Buffer) => (told += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      const seconds = (performance.now() - start) / 1000;
      if (code === 0) resolve({ seconds, peakMegabytes: Number(told) / 1e6 });
      else reject(new Error(`polysemanticity ${args[0]} ended with code ${code}: ${complaint}`));
    });
  });
}
