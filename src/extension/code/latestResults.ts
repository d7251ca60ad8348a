import * as vscode from 'vscode';
import type { RunResult } from '../../node/code/runResult';
import type { RunSummary } from '../../node/runStore/listRuns';
import type { Lab } from '../lab';

/** A run whose header can be read. */
type ReadableRun = Exclude<RunSummary, { state: 'damaged' }>;

/** The latest run of an experiment that has measurements, and its result. */
export interface LatestResult {
  readonly run: ReadableRun;
  readonly result: RunResult;
  /** When the run ended, or when it started if it is unfinished. */
  readonly at: Date;
}

interface CachedLatest {
  /** Ids and states of the runs; the result is read again when they change. */
  readonly key: string;
  readonly latest: Promise<LatestResult | undefined>;
}

interface CachedRunResult {
  readonly state: RunSummary['state'];
  readonly result: Promise<RunResult | undefined>;
}

/** Reads the results of runs on demand and caches them until the runs change. */
export class LatestResults implements vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<void>();
  private readonly latest = new Map<string, CachedLatest>();
  private readonly ofRuns = new Map<string, CachedRunResult>();
  private readonly listening: vscode.Disposable;

  /** The results may have changed. */
  readonly onDidChange = this.emitter.event;

  constructor(private readonly lab: Lab) {
    this.listening = lab.experiments.onDidChange(() => this.emitter.fire());
  }

  /** The latest result of an experiment; undefined if there is none or it cannot be read. */
  of(folder: string): Promise<LatestResult | undefined> {
    const runs = (this.lab.experiments.find(folder)?.runs ?? []).filter(
      (run): run is ReadableRun => run.state === 'finished' || run.state === 'unfinished',
    );
    const key = runs.map(({ id, state }) => `${id} ${state}`).join('\n');
    const cached = this.latest.get(folder);
    if (cached?.key === key) return cached.latest;
    const latest = this.read(runs).catch((error: unknown) => {
      this.lab.log.warn(String(error));
      return undefined;
    });
    this.latest.set(folder, { key, latest });
    return latest;
  }

  /** The result of a run; undefined if it has no measurements yet or cannot be read. */
  ofRun({ folder, state }: Pick<RunSummary, 'folder' | 'state'>): Promise<RunResult | undefined> {
    const cached = this.ofRuns.get(folder);
    if (cached?.state === state) return cached.result;
    // Only logged: the caller goes on with older runs.
    const result = readResult(folder).catch((error: unknown) => {
      this.lab.log.debug(String(error));
      return undefined;
    });
    // The result of an active run changes, so it is not cached.
    if (state !== 'running') this.ofRuns.set(folder, { state, result });
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
