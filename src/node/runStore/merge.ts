import { counted } from '../../core/counted';
import path from 'node:path';
import { z } from 'zod';
import { LabError } from '../../core/errors';
import { checkpointsKept } from '../../core/experiment/plan';
import { matricesOf, readingsOf } from '../../core/experiment/readings';
import type { Specification } from '../../core/experiment/specification';
import { MAX_HEADER_BYTES, safetensorsHeader } from '../../core/formats/safetensors';
import { throwIfStopped, type StopSignal } from '../../core/stop';
import {
  attributionInfoSchema,
  attributionNames,
  specimenInfoSchema,
  specimenNames,
  type AttributionInfo,
  type SpecimenInfo,
} from './checkpointTensors';
import { writeWithDigest, type Digest } from './digest';
import { copyRange } from './disk';
import { readMetadata, readMetadataList, type LegFile } from './legFile';
import { ATTRIBUTIONS_FILE, SPECIMENS_FILE } from './paths';
import { openTensorFile, withFile, type StoredTensor, type TensorFile } from './tensorFile';

/** Upper bounds of a header's bytes for each tensor and each checkpoint. */
const TENSOR_BYTES = 160;
const CHECKPOINT_BYTES = 320;
/** The same for each further reading. */
const READING_BYTES = 160;

/** Digests of a finished run's files, by name. */
export type RunFiles = Readonly<Record<string, Digest>>;

/**
 * Merges the attributions of all legs into one file and their specimens into another; writes no file where
 * none are kept. Leaves the legs as they are.
 * @param legs in the order of `planRun`
 * @returns the digests of the files
 * @throws Stopped when the signal is set; existing files are unchanged
 * @throws LabError when a leg lacks something, or the file system refuses
 */
export async function mergeLegs(
  folder: string,
  { keep }: Specification,
  legs: readonly LegFile[],
  signal?: StopSignal,
): Promise<RunFiles> {
  const files: Record<string, Digest> = {};
  if (keep.attributions !== 'none') {
    const parts = legs.map((file) => ({
      file,
      infos: file.attributions,
      namesOf: attributionNames,
    }));
    const features = JSON.stringify(legs.find((leg) => leg.features.length > 0)?.features ?? []);
    const target = path.join(folder, ATTRIBUTIONS_FILE);
    files[ATTRIBUTIONS_FILE] = await merge(target, parts, { features }, signal);
  }
  if (keep.specimens !== 'none') {
    const parts = legs.map((file) => ({ file, infos: file.specimens, namesOf: specimenNames }));
    files[SPECIMENS_FILE] = await merge(path.join(folder, SPECIMENS_FILE), parts, {}, signal);
  }
  return files;
}

interface Part<Info> {
  readonly file: TensorFile;
  readonly infos: readonly Info[];
  readonly namesOf: (info: Info) => string[];
}

async function merge<Info>(
  target: string,
  parts: readonly Part<Info>[],
  metadata: Readonly<Record<string, string>>,
  signal: StopSignal | undefined,
): Promise<Digest> {
  const tensorsOf = ({ file, infos, namesOf }: Part<Info>): [string, StoredTensor][] =>
    infos.flatMap(namesOf).map((name) => {
      const tensor = file.tensors.get(name);
      if (tensor) return [name, tensor];
      throw new LabError('invalid-input', 'is missing', { file: file.path, field: name });
    });
  const header = safetensorsHeader(
    parts.flatMap((part) =>
      tensorsOf(part).map(([name, { dtype, shape }]) => ({ name, dtype, shape })),
    ),
    { checkpoints: JSON.stringify(parts.flatMap(({ infos }) => infos)), ...metadata },
  );
  return writeWithDigest(target, async (sink) => {
    await sink(header);
    for (const part of parts) {
      await withFile(part.file.path, async (handle) => {
        const places = tensorsOf(part).map(([, place]) => place);
        for (const range of joinAdjacent(places)) {
          await copyRange(handle, range, async (bytes) => {
            throwIfStopped(signal);
            await sink(bytes);
          });
        }
      });
    }
  });
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Joins adjacent ranges. */
function joinAdjacent(ranges: readonly Range[]): Range[] {
  const all: Range[] = [];
  for (const { start, end } of ranges) {
    const last = all.at(-1);
    if (last?.end === start) all[all.length - 1] = { start: last.start, end };
    else all.push({ start, end });
  }
  return all;
}

/** An opened file with the checkpoints of all legs. */
export interface MergedFile<Info> extends TensorFile {
  readonly infos: readonly Info[];
}

/** @throws LabError when the file is damaged (`invalid-input`) or cannot be read (`storage`) */
export async function openAttributions(
  folder: string,
): Promise<MergedFile<AttributionInfo> & { readonly features: readonly string[] }> {
  const file = await openTensorFile(path.join(folder, ATTRIBUTIONS_FILE));
  const infos = await readMetadataList(file, 'checkpoints', attributionInfoSchema);
  return { ...file, infos, features: readMetadata(file, 'features', z.array(z.string())) };
}

/** @throws LabError as {@link openAttributions} does */
export async function openSpecimens(folder: string): Promise<MergedFile<SpecimenInfo>> {
  const file = await openTensorFile(path.join(folder, SPECIMENS_FILE));
  return { ...file, infos: await readMetadataList(file, 'checkpoints', specimenInfoSchema) };
}

/**
 * Refuses, before a run starts, to keep more checkpoints than a file can hold.
 * @throws LabError naming the field of the specification
 */
export function checkKept(specification: Specification): void {
  for (const field of ['attributions', 'specimens'] as const) {
    const kept = specification.keep[field];
    const checkpoints = checkpointsKept(specification, field);
    if (!fitsHeader(specification, field, checkpoints)) {
      throw new LabError(
        'unsupported',
        `"${kept}" would keep ${counted(checkpoints, 'checkpoint')}, more than the header of one safetensors file can name; ${kept === 'epochs' ? 'keep "stages" or "none"' : 'keep "none"'}, or run fewer seeds at once`,
        { field: `keep.${field}` },
      );
    }
  }
}

/** Whether the header of one file can hold so many checkpoints. */
export function fitsHeader(
  { specimen, attribution }: Specification,
  field: keyof Specification['keep'],
  checkpoints: number,
): boolean {
  const layers = specimen.hidden.length + 1;
  const tensors = { attributions: 1 + matricesOf({ attribution }), specimens: 3 * layers - 1 }[
    field
  ];
  const others = field === 'attributions' ? readingsOf({ attribution }).length - 1 : 0;
  const bytes = tensors * TENSOR_BYTES + CHECKPOINT_BYTES + others * READING_BYTES;
  return checkpoints * bytes <= MAX_HEADER_BYTES;
}
