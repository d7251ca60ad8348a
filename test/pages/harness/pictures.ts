import { PNG } from 'pngjs';

/**
 * Share of the pixels in which two PNGs of the same size differ by more than `channel` in any channel.
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
