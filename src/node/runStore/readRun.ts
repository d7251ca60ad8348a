import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { StoredMatrix } from '../../core/attribution/matrix';
import { invalid, requireOneOf } from '../../core/errors';
import { type MetricsRow, unflattenRow } from '../../core/experiment/metricsRow';
import { type Leg, legName, legOf, planRun, type RunCheckpoint } from '../../core/experiment/plan';
import { readingsOf } from '../../core/experiment/readings';
import type { Specimen } from '../../core/network/specimen';
import {
  attributionFrom,
  type AttributionInfo,
  readingOf,
  specimenFrom,
  type SpecimenInfo,
  specimenNames,
} from './checkpointTensors';
import { sizeFault } from './digest';
import { onDisk, unlessMissing } from './disk';
import { readRunHeader, type RunHeader } from './header';
import { openLegFile } from './legFile';
import { openAttributions, openSpecimens } from './merge';
import { readRows } from './metricsFile';
import { EXPERIMENT_FILE, METRICS_FILE, STARTED_FILE } from './paths';
import { readTensors, type TensorFile } from './tensorFile';
import type { Specification } from '../../core/experiment/specification';
import type { Experiment } from '../experiments/openExperiment';

/** An opened file of checkpoints. */
interface Source {
  readonly file: TensorFile;
  readonly attributions: readonly AttributionInfo[];
  readonly specimens: readonly SpecimenInfo[];
  readonly features: readonly string[];
}

/**
 * Opens a run for reading, finished or not, even while it is being written.
 * @throws LabError when there is none, or its header is damaged
 */
export async function readRun(folder: string): Promise<StoredRun> {
  const absolute = path.resolve(folder);
  const header = await readRunHeader(absolute);
  if (!header) throw invalid(`this is not a run: ${STARTED_FILE} is missing`, { file: absolute });
  return new StoredRun(absolute, header.state, header.run);
}

/** A run on disk. Results are read on request. */
export class StoredRun {
  private merged: Promise<Source[]> | undefined;

  constructor(
    /** Absolute path. */
    readonly folder: string,
    /** When it was opened. */
    readonly state: RunHeader['state'],
    readonly header: RunHeader['run'],
  ) {}

  /**
   * All rows: of a finished run by leg and epoch, of an unfinished one in the order of measurement.
   * @throws LabError naming the line, when a line before the last is damaged
   */
  async rows(): Promise<MetricsRow[]> {
    const reading = this.readRows();
    // An unfinished run may have no rows yet.
    return this.state === 'finished' ? reading : ((await unlessMissing(reading)) ?? []);
  }

  private async readRows(): Promise<MetricsRow[]> {
    const file = path.join(this.folder, METRICS_FILE);
    const rows: MetricsRow[] = [];
    for await (const { flat } of readRows(file, 'throw')) rows.push(unflattenRow(flat));
    // Checked last: a damaged row is the better message, but lost rows show only in the size.
    const saved = 'files' in this.header ? this.header.files?.[METRICS_FILE] : undefined;
    const { size } = await onDisk(file, 'read the file', () => stat(file));
    const fault = saved && sizeFault(size, saved);
    if (fault !== undefined) throw invalid(`is damaged: it ${fault}`, { file });
    return rows;
  }

  /**
   * The stored checkpoints, by leg and epoch; of an unfinished run, those of its finished legs.
   * @throws LabError when a file is damaged or cannot be read
   */
  async checkpoints(): Promise<RunCheckpoint[]> {
    const found = new Map<string, RunCheckpoint>();
    const add = (info: AttributionInfo | SpecimenInfo, part: 'attribution' | 'specimen'): void => {
      const { name, phase, epoch } = info;
      const known = found.get(name) ?? { attribution: false, specimen: false };
      found.set(name, { name, leg: legOf(info), phase, epoch, ...known, [part]: true });
    };
    for (const { attributions, specimens } of await this.sources()) {
      for (const info of attributions) add(info, 'attribution');
      for (const info of specimens) add(info, 'specimen');
    }
    const order = new Map(this.legs().map((leg, i) => [legName(leg), i]));
    return [...found.values()]
      .map((checkpoint) => ({
        checkpoint,
        place: order.get(legName(checkpoint.leg)) ?? order.size,
      }))
      .sort((a, b) => a.place - b.place || a.checkpoint.epoch - b.checkpoint.epoch)
      .map(({ checkpoint }) => checkpoint);
  }

  /**
   * An attribution matrix of a checkpoint.
   * @param name as `checkpointName` gives it
   * @param reading its key, as `readingsOf` gives it; by default the first reading
   * @throws LabError when it is not kept, or its file is damaged or cannot be read
   */
  async attribution(name: string, reading?: string): Promise<StoredMatrix> {
    const readings = readingsOf(this.header.specification);
    const [first] = readings;
    const key = reading === first.key ? undefined : reading;
    if (key !== undefined) {
      requireOneOf(
        key,
        readings.map((known) => known.key),
        'reading',
      );
    }
    for (const { file, attributions, features } of await this.sources(name)) {
      const info = attributions.find((checkpoint) => checkpoint.name === name);
      const stored = info && readingOf(info, key);
      if (!stored) continue;
      const tensors = await readTensors(file, stored.names);
      return attributionFrom(stored.info, features, [...tensors.values()]);
    }
    throw await this.notKept('attributions', name);
  }

  /**
   * The specimen of a checkpoint, bit for bit.
   * @param name as `checkpointName` gives it
   * @throws LabError when it is not kept, or its file is damaged or cannot be read
   */
  async specimen(name: string): Promise<Specimen> {
    for (const { file, specimens } of await this.sources(name)) {
      const info = specimens.find((checkpoint) => checkpoint.name === name);
      if (!info) continue;
      const tensors = await readTensors(file, specimenNames(info));
      return specimenFrom(info, [...tensors.values()]);
    }
    throw await this.notKept('specimens', name);
  }

  private async notKept(what: 'attributions' | 'specimens', name: string): Promise<Error> {
    const kept = this.header.specification.keep[what];
    if (this.state === 'finished' && kept !== 'none') {
      // Throws if the file is missing.
      await (what === 'attributions' ? openAttributions : openSpecimens)(this.folder);
    }
    return invalid(`this checkpoint has no ${what}; keep.${what} is "${kept}"`, {
      file: this.folder,
      field: name,
    });
  }

  private legs(): Leg[] {
    return planRun(this.header.specification);
  }

  /** The files with checkpoints; given a name, at least those that may hold it. */
  private async sources(name?: string): Promise<Source[]> {
    if (this.state === 'finished') return (this.merged ??= this.mergedSources());
    const legs = this.legs().filter((leg) => !name || name.startsWith(`${legName(leg)}/`));
    const files: Source[] = [];
    for (const leg of legs) {
      const file = await unlessMissing(openLegFile(this.folder, leg));
      if (file) files.push({ ...file, file });
    }
    return files;
  }

  private async mergedSources(): Promise<Source[]> {
    const attributions = await unlessMissing(openAttributions(this.folder));
    const specimens = await unlessMissing(openSpecimens(this.folder));
    const none = { attributions: [], specimens: [], features: [] };
    return [
      ...(attributions
        ? [
            {
              ...none,
              file: attributions,
              attributions: attributions.infos,
              features: attributions.features,
            },
          ]
        : []),
      ...(specimens ? [{ ...none, file: specimens, specimens: specimens.infos }] : []),
    ];
  }
}

/**
 * The experiment of a run with the run's own specification, whatever the experiment's file says now.
 * @param run absolute path of the run's folder
 */
export function experimentOfRun(run: string, specification: Specification): Experiment {
  const folder = path.resolve(run, '..', '..');
  return { folder, file: path.join(folder, EXPERIMENT_FILE), specification };
}
