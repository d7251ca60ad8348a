import type { Obstacle } from '../../node/runStore/takeUp';
import { runSettings } from '../settings';
import type { ExperimentEntry } from './experimentIndex';

type Obstacles = ReadonlyMap<string, readonly Obstacle[]>;

/** Why runs that are not finished are not gone on with when their experiment is run, by the runs' folders. */
export class TakeUp {
  /** A look at an experiment is one object: what was found holds as long as that. */
  private readonly known = new WeakMap<
    ExperimentEntry,
    { readonly engine: string; readonly obstacles: Obstacles }
  >();

  /** Of one run; empty where it is gone on with, or finished, or where nothing can be run. */
  async obstaclesOf(entry: ExperimentEntry, run: string): Promise<readonly Obstacle[]> {
    const { specification, runs } = entry;
    if (!specification || runs.every(({ state }) => state === 'finished')) return [];
    const { engine } = runSettings(entry.folder);
    const known = this.known.get(entry);
    if (known?.engine === engine) return known.obstacles.get(run) ?? [];
    const { chooseRun } = await import('../../node/runStore/takeUp');
    const { passedOver } = chooseRun(runs, {
      specification,
      engine: engine === 'auto' ? undefined : engine,
    });
    const obstacles = new Map(
      passedOver.map(({ run: { folder }, obstacles: why }) => [folder, why]),
    );
    this.known.set(entry, { engine, obstacles });
    return obstacles.get(run) ?? [];
  }
}
