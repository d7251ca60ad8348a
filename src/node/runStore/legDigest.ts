import path from 'node:path';
import { z } from 'zod';
import { invalid } from '../../core/errors';
import { legName, type Leg } from '../../core/experiment/plan';
import { FILE_KINDS } from '../files/fileKinds';
import { readText } from '../files/files';
import { digestSchema, Digesting, type Digest } from './digest';
import { unlessMissing, writeJson } from './disk';
import type { RowPlace } from './metricsFile';
import { digestFile } from './paths';

const LINE_END = Uint8Array.of(0x0a);

/*
 * What a finished leg has left, so that it can be told later whether that is still the same. The file
 * `legs/<leg>.json` is written after the leg's rows and tensors: a leg is finished once it is there.
 */
const legDigestSchema = z.object({
  leg: z.string(),
  /** Of the leg's safetensors file. */
  tensors: digestSchema,
  /** Of the leg's lines in the metrics, by epoch, each with its line end. */
  rows: digestSchema,
});
export type LegDigest = Readonly<z.output<typeof legDigestSchema>>;

/** @throws LabError (`storage`) */
export function writeLegDigest(folder: string, leg: Leg, digest: LegDigest): Promise<void> {
  return writeJson(digestFile(folder, leg), digest);
}

/**
 * What a leg had left when it was finished; undefined where this is not known.
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
  if (digest.leg !== name) throw invalid(`is that of ${digest.leg}`, { file: inRun });
  return digest;
}

/** The digest of rows in this order. @param bytes the file that they are in */
export function digestOfRows(bytes: Uint8Array, places: readonly RowPlace[]): Digest {
  const digesting = new Digesting();
  for (const { start, end } of places) {
    digesting.add(bytes.subarray(start, end));
    digesting.add(LINE_END);
  }
  return digesting.end();
}
