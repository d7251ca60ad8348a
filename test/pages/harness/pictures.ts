import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PNG } from 'pngjs';
import { root } from '../../../scripts/editor/paths';

/*
 * Pictures held against those of an earlier day. Text looks different on every machine: compare what has
 * none, such as a canvas.
 */

/** How far two pictures may differ. */
export interface Tolerance {
  /** Share of the pixels that may differ, 0 to 1. */
  readonly share: number;
  /** Difference of a channel up to which a pixel is the same, 0 to 255. */
  readonly channel: number;
}

const FOLDER = path.join(root, 'test/pages/pictures');

/**
 * Share of the pixels in which two PNGs of one size differ by more than `channel` in any channel.
 * @throws if their sizes differ
 */
export function differingShare(actual: Buffer, expected: Buffer, channel: number): number {
  const [a, b] = [PNG.sync.read(actual), PNG.sync.read(expected)];
  if (a.width !== b.width || a.height !== b.height) {
    throw new Error(`the picture is ${a.width} × ${a.height}, not ${b.width} × ${b.height}`);
  }
  let differing = 0;
  for (let pixel = 0; pixel < a.data.length; pixel += 4) {
    const far = [0, 1, 2, 3].some((i) => Math.abs(a.data[pixel + i] - b.data[pixel + i]) > channel);
    if (far) differing++;
  }
  return differing / (a.width * a.height);
}

/**
 * Holds a picture against test/pages/pictures/<name>.png. With `POLYSEMANTICITY_PICTURES=1` it becomes the
 * one that later pictures are held against.
 * @throws if they differ by more than is tolerated; the picture is kept in .vscode-test/pictures then
 */
export function assertPicture(name: string, actual: Buffer, tolerance: Tolerance): void {
  const file = path.join(FOLDER, `${name}.png`);
  if (process.env.POLYSEMANTICITY_PICTURES === '1') return write(file, actual);
  if (!existsSync(file)) throw new Error(`${file} is missing: npm run pictures makes it`);
  const share = differingShare(actual, readFileSync(file), tolerance.channel);
  if (share <= tolerance.share) return;
  const kept = path.join(root, '.vscode-test/pictures', `${name}.png`);
  write(kept, actual);
  throw new Error(
    `${name}: ${(100 * share).toFixed(2)} % of the pixels differ, ` +
      `${(100 * tolerance.share).toFixed(2)} % may; compare ${kept} with ${file}`,
  );
}

function write(file: string, picture: Buffer): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, picture);
}
