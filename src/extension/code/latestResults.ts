import * as vscode from 'vscode';
import type { RunResult } from '../../node/code/runResult';
import type { RunSummary } from '../../node/runStore/listRuns';
import type { Lab } from '../lab';

/** A run that has not only begun. */
type ReadableRun = Exclude<RunSummary, { state: 'damaged' }>;

/** The latest run of an experiment that measured something, and what it found. */
export interface LatestResult {
  readonly run: ReadableRun;
  readonly result: RunResult;
  /** When it ended; of one that did not, when it began. */
  readonly at: Date;
}

interface Kept {
  /** Runs and their states: a result is read anew when they change. */
  readonly of: string;
  readonly latest: Promise<LatestResult | undefined>;
}

interface KeptOfRun {
  readonly state: RunSummary['state'];
  readonly result: Promise<RunResult | undefined>;
}

/** What the latest runs found, read when it is asked for and kept until there is a later one. */
export class LatestResults implements vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<void>();
  private readonly kept = new Map<string, Kept>();
  private readonly keptOfRuns = new Map<string, KeptOfRun>();
  private readonly listening: vscode.Disposable;

  /** There may be other results. */
  readonly onDidChange = this.emitter.event;

  constructor(private readonly lab: Lab) {
    this.listening = lab.experiments.onDidChange(() => this.emitter.fire());
  }

  /** The latest result of an experiment; undefined if there is none, or it cannot be read. */
  of(folder: string): Promise<LatestResult | undefined> {
    const runs = (this.lab.experiments.find(folder)?.runs ?? []).filter(
      (run): run is ReadableRun => run.state === 'finished' || run.state === 'unfinished',
    );
    const of = runs.map(({ id, state }) => `${id} ${state}`).join('\n');
    const known = this.kept.get(folder);
    if (known?.of === of) return known.latest;
    const latest = this.read(runs).catch((error: unknown) => {
      this.lab.log.warn(String(error));
      return undefined;
    });
    this.kept.set(folder, { of, latest });
    return latest;
  }

  /** What a run found; undefined if nothing is measured yet, or it cannot be read. */
  ofRun({ folder, state }: Pick<RunSummary, 'folder' | 'state'>): Promise<RunResult | undefined> {
    const known = this.keptOfRuns.get(folder);
    if (known?.state === state) return known.result;
    // Those before it may still tell something.
    const result = readResult(folder).catch((error: unknown) => {
      this.lab.log.debug(String(error));
      return undefined;
    });
    // What is being written will say more soon.
    if (state !== 'running') this.keptOfRuns.set(folder, { state, result });
    return result;
  }

  dispose(): void {
    this.listening.dispose();
    this.emitter.dispose();
  }

  private async read(runs: readonly ReadableRun[]): Promise<LatestResult | undefined> {
    for (const run of runs) {
      const result = await this.ofRun(run);
      if (result) return { run, result, at: new Date((await endOf(run)) ?? run.startedAt) };
    }
    return undefined;
  }
}

async function readResult(folder: string): Promise<RunResult | undefined> {
  const { readRunResult } = await import('../../node/code/runResult');
  return readRunResult(folder);
}

async function endOf({ folder, state }: ReadableRun): Promise<string | undefined> {
  if (state !== 'finished') return undefined;
  const { readRunHeader } = await import('../../node/runStore/header');
  const header = await readRunHeader(folder);
  return header?.state === 'finished' ? header.run.finishedAt : undefined;
}
