import { rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { invalid, type LabError } from '../../core/errors';
import type { Checkpoint } from '../../core/experiment/events';
import { isLast, isRewindPoint, keptOf } from '../../core/experiment/keep';
import { type Leg, legName } from '../../core/experiment/plan';
import type { Specification } from '../../core/experiment/specification';
import { safetensorsHeader, type TensorEntry } from '../../core/formats/safetensors';
import { encodeValues } from '../../core/formats/tensor';
import {
  type AttributionInfo,
  attributionInfoSchema,
  type NamedTensor,
  type SpecimenInfo,
  specimenInfoSchema,
  storedAttribution,
  storedSpecimen,
} from './checkpointTensors';
import { appendBytes, writeNew } from '../files/newFile';
import { TimeSlice } from '../files/eventLoop';
import { type Digest, Hasher, digestSchema, writeWithDigest } from './digest';
import { copyRange, onDisk, unlessMissing, writeJson } from './disk';
import { digestFile, legFile, LEGS_FOLDER, PARTIAL } from './paths';
import { openTensorFile, type TensorFile, withFile } from './tensorFile';
import { FILE_KINDS } from '../files/fileKinds';
import { readText } from '../files/files';
import type { RowPlace } from './metricsFile';

/** Writes the file of a leg while it runs; tensors are not held in memory. */
export class LegWriter {
  private readonly entries: TensorEntry[] = [];
  private readonly attributions: AttributionInfo[] = [];
  private readonly specimens: SpecimenInfo[] = [];
  private readonly warnings: string[] = [];
  private features: readonly string[] = [];
  private last: SpecimenInfo | undefined;
  private readonly rewinds: SpecimenInfo[] = [];
  private size = 0;
  private readonly partial: string;

  constructor(
    private readonly folder: string,
    private readonly leg: Leg,
    private readonly specification: Specification,
  ) {
    this.partial = path.join(folder, LEGS_FOLDER, legName(leg) + PARTIAL);
  }

  warn(message: string): void {
    this.warnings.push(message);
  }

  /**
   * Stores what the specification keeps of a checkpoint, and always the specimens from which other legs start
   * when the run is resumed: the leg's last one, and those to which arms rewind.
   * @throws LabError (`storage`)
   */
  async add(checkpoint: Checkpoint): Promise<void> {
    const { epoch, attribution } = checkpoint;
    const kept = keptOf(this.specification, this.leg, epoch);
    const last = isLast(this.specification, this.leg, epoch);
    if (kept.attribution) {
      const { info, tensors } = storedAttribution(checkpoint);
      this.attributions.push(info);
      this.features = attribution.featureNames;
      await this.write(tensors);
    }
    const rewind = isRewindPoint(this.specification, this.leg, epoch);
    if (kept.specimen || last || rewind) {
      const { info, tensors } = storedSpecimen(checkpoint);
      if (kept.specimen) this.specimens.push(info);
      if (last) this.last = info;
      if (rewind) this.rewinds.push(info);
      await this.write(tensors);
    }
  }

  private async write(tensors: readonly NamedTensor[]): Promise<void> {
    const bytes = Buffer.concat(tensors.map(([, tensor]) => encodeValues(tensor)));
    await onDisk(this.partial, 'write the file', () =>
      this.size === 0 ? writeNew(this.partial, bytes) : appendBytes(this.partial, bytes),
    );
    this.size += bytes.length;
    for (const [name, { dtype, shape }] of tensors) this.entries.push({ name, dtype, shape });
  }

  /**
   * Finishes the leg. Once the promise resolves, the leg is safe on disk.
   * @param rows digest of its rows, which are already on disk
   * @throws LabError
   */
  async finish(rows: Digest): Promise<LegDigest> {
    if (!this.last) throw new Error(`${legName(this.leg)} is finished without its last checkpoint`);
    const { attributions, specimens, last, rewinds, features, warnings } = this;
    const header = safetensorsHeader(this.entries, {
      attributions: JSON.stringify(attributions),
      specimens: JSON.stringify(specimens),
      last: JSON.stringify(last),
      rewinds: JSON.stringify(rewinds),
      features: JSON.stringify(features),
      warnings: JSON.stringify(warnings),
    });
    const tensors = await writeWithDigest(legFile(this.folder, this.leg), async (sink) => {
      await sink(header);
      await withFile(this.partial, (handle) =>
        copyRange(handle, { start: 0, end: this.size }, sink),
      );
    });
    const digest = { leg: legName(this.leg), tensors, rows };
    await writeLegDigest(this.folder, this.leg, digest);
    await onDisk(this.partial, 'remove the file', () => rm(this.partial));
    return digest;
  }
}

/** The opened file of a finished leg. */
export interface LegFile extends TensorFile {
  readonly attributions: readonly AttributionInfo[];
  /** Only those that the specification keeps. */
  readonly specimens: readonly SpecimenInfo[];
  /** The leg's last specimen, always stored. */
  readonly last: SpecimenInfo;
  /** Specimens of epochs to which arms rewind. */
  readonly rewinds: readonly SpecimenInfo[];
  readonly features: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * @throws LabError when the file is damaged or another leg's (`invalid-input`) or cannot be read
 * (`storage`)
 */
export async function openLegFile(folder: string, leg: Leg): Promise<LegFile> {
  const file = await openTensorFile(legFile(folder, leg));
  const strings = z.array(z.string());
  const found = {
    ...file,
    attributions: await readMetadataList(file, 'attributions', attributionInfoSchema),
    specimens: await readMetadataList(file, 'specimens', specimenInfoSchema),
    last: readMetadata(file, 'last', specimenInfoSchema),
    // Earlier versions, which had no arms, did not write it.
    rewinds:
      'rewinds' in file.metadata ? await readMetadataList(file, 'rewinds', specimenInfoSchema) : [],
    features: readMetadata(file, 'features', strings),
    warnings: readMetadata(file, 'warnings', strings),
  };
  const own = legName(leg);
  for (const info of [found.last, ...found.rewinds, ...found.attributions, ...found.specimens]) {
    const name = legName(info);
    if (name !== own) throw invalid(`holds the leg ${name}, not ${own}`, { file: file.path });
  }
  return found;
}

/** Reads a list from a file's metadata, of any length. @throws LabError when it is not valid */
export async function readMetadataList<T>(
  file: TensorFile,
  key: string,
  schema: z.ZodType<T>,
): Promise<T[]> {
  const list = readMetadata(file, key, z.array(z.unknown()));
  const slice = new TimeSlice();
  const checked: T[] = [];
  for (const item of list) {
    if (slice.isOver) await slice.yieldToEventLoop();
    const { success, data } = schema.safeParse(item);
    if (!success) throw damagedMetadata(file, key);
    checked.push(data);
  }
  return checked;
}

/** Reads JSON from a file's metadata. @throws LabError when it is not valid */
export function readMetadata<T>(file: TensorFile, key: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(file.metadata[key] ?? ''));
  } catch {
    throw damagedMetadata(file, key);
  }
}

function damagedMetadata({ path: file }: TensorFile, key: string): LabError {
  return invalid('is damaged', { file, field: `__metadata__.${key}` });
}

const LINE_END = Uint8Array.of(0x0a);

/*
 * Digests of a finished leg, to detect later damage. `legs/<leg>.json` is written after the leg's rows and
 * tensors: a leg is finished once this file exists.
 */
const legDigestSchema = z.object({
  leg: z.string(),
  /** Of the leg's safetensors file. */
  tensors: digestSchema,
  /** Of the leg's lines in the metrics, by epoch, with line ends. */
  rows: digestSchema,
});
export type LegDigest = Readonly<z.output<typeof legDigestSchema>>;

/** @throws LabError (`storage`) */
export function writeLegDigest(folder: string, leg: Leg, digest: LegDigest): Promise<void> {
  return writeJson(digestFile(folder, leg), digest);
}

/**
 * The digests of a finished leg; undefined if there are none.
 * @throws LabError when the file is damaged (`invalid-input`) or cannot be read (`storage`)
 */
export async function readLegDigest(folder: string, leg: Leg): Promise<LegDigest | undefined> {
  const file = digestFile(folder, leg);
  const text = await unlessMissing(readText(file, FILE_KINDS.digest));
  if (text === undefined) return undefined;
  const inRun = path.relative(folder, file);
  let digest: LegDigest;
  try {
    digest = legDigestSchema.parse(JSON.parse(text));
  } catch {
    throw invalid('is damaged', { file: inRun });
  }
  const name = legName(leg);
  if (digest.leg !== name) throw invalid(`belongs to leg ${digest.leg}`, { file: inRun });
  return digest;
}

/** The digest of rows in this order. @param bytes the metrics file */
export function digestOfRows(bytes: Uint8Array, places: readonly RowPlace[]): Digest {
  const hasher = new Hasher();
  for (const { start, end } of places) {
    hasher.add(bytes.subarray(start, end));
    hasher.add(LINE_END);
  }
  return hasher.end();
}
