import { rm, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import type { ExperimentEvent } from '../../core/experiment/events';
import type { MetricsRow } from '../../core/experiment/metricsRow';
import { legName, type Leg } from '../../core/experiment/plan';
import { MEASURES } from '../../core/measures/table';
import { makeWritableFolder, requireWithin } from '../files/folders';
import { openNew } from '../files/newFile';
import { storageError } from '../files/storageError';
import { fileVersionEvent, scalarsEvent } from './event';
import { tfRecord } from './tfRecord';

/** Folder of event files in a run; TensorBoard's `--logdir`. */
const TENSORBOARD_FOLDER = 'tensorboard';

/**
 * Writes the measurements of a run as TensorBoard event files while it runs. Each leg has its own folder,
 * named as elsewhere (`42-dense`, `42-dropout-0.05`), and so its own curve.
 */
export class EventFiles {
  private readonly files = new Map<string, FileHandle>();
  /** Offset of the epochs of retraining. */
  private trainingEpochs = 0;

  /**
   * @param run the run's folder
   * @param clock milliseconds since 1970
   */
  constructor(
    private readonly run: string,
    private readonly clock: () => number = Date.now,
  ) {}

  /** Records the next event of the stream. @throws LabError (`storage`) */
  async record(event: ExperimentEvent): Promise<void> {
    switch (event.type) {
      case 'run-started':
        this.trainingEpochs = event.specification.training.epochs;
        return;
      case 'leg-started':
        return this.begin(event.leg);
      case 'epoch-measured':
        return this.append(event.row);
      case 'leg-finished':
        return this.finish(event.leg);
      case 'stage-started':
      case 'data-progress':
      case 'data-ready':
      case 'null-drawn':
      case 'checkpoint-ready':
      case 'warning':
      case 'run-finished':
        return;
    }
  }

  /** Closes all files; must always be called. */
  async close(): Promise<void> {
    const open = [...this.files.values()];
    this.files.clear();
    await Promise.all(open.map((file) => file.close().catch(() => undefined)));
  }

  private async begin(leg: Leg): Promise<void> {
    const folder = path.join(this.run, TENSORBOARD_FOLDER, legName(leg));
    await this.onDisk(folder, async () => {
      await requireWithin(this.run, folder);
      // A stopped leg starts again.
      await rm(folder, { recursive: true, force: true });
      await makeWritableFolder(folder);
      const seconds = String(Math.floor(this.clock() / 1000)).padStart(10, '0');
      const name = `events.out.tfevents.${seconds}.${hostname()}`;
      const file = await openNew(path.join(folder, name));
      this.files.set(legName(leg), file);
      await file.writeFile(tfRecord(fileVersionEvent(this.clock() / 1000)));
    });
  }

  private async append(row: MetricsRow): Promise<void> {
    const name = legName(row);
    const record = tfRecord(
      scalarsEvent({
        wallTime: this.clock() / 1000,
        step: row.epoch + (row.requested === null ? 0 : this.trainingEpochs),
        values: scalarsOf(row),
      }),
    );
    await this.onDisk(path.join(this.run, TENSORBOARD_FOLDER, name), async () =>
      this.files.get(name)?.writeFile(record),
    );
  }

  private async finish(leg: Leg): Promise<void> {
    const file = this.files.get(legName(leg));
    this.files.delete(legName(leg));
    await file?.close();
  }

  private async onDisk(place: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw storageError(error, place, 'write event files');
    }
  }
}

/** The numbers of a row by tag; leaves out undefined ones. */
function scalarsOf(row: MetricsRow): Map<string, number> {
  const all: [tag: string, value: number | null][] = [
    ['loss/train', row.trainLoss],
    ['loss/test', row.testLoss],
    ['r2', row.r2],
    ...MEASURES.map(({ id }): [string, number | null] => [`measures/${id}`, row.measures[id].mean]),
  ];
  return new Map(all.filter((entry): entry is [string, number] => entry[1] !== null));
}
