import { counted } from '../../core/counted';
import { createHash, type Hash } from 'node:crypto';
import { z } from 'zod';
import { copyRange, writeWhole, type Sink } from './disk';
import { withFile } from './tensorFile';

/** Size and checksum of bytes as they were written. */
export const digestSchema = z.object({
  bytes: z.int().min(0),
  /** In hexadecimal digits, as `sha256sum` prints it. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type Digest = Readonly<z.output<typeof digestSchema>>;

/** Computes a digest incrementally. */
export class Hasher {
  private readonly hash: Hash = createHash('sha256');
  private bytes = 0;

  add(bytes: Uint8Array): void {
    this.hash.update(bytes);
    this.bytes += bytes.length;
  }

  /** Call only once. */
  end(): Digest {
    return { bytes: this.bytes, sha256: this.hash.digest('hex') };
  }
}

/** {@link writeWhole} that also computes the digest. @throws LabError (`storage`) */
export async function writeWithDigest(
  file: string,
  write: (sink: Sink) => Promise<void>,
): Promise<Digest> {
  const hasher = new Hasher();
  await writeWhole(file, (sink) =>
    write(async (bytes) => {
      hasher.add(bytes);
      await sink(bytes);
    }),
  );
  return hasher.end();
}

/** The digest of a file on disk. @throws LabError (`storage`) */
export function digestOfFile(file: string): Promise<Digest> {
  return withFile(file, async (handle) => {
    const { size } = await handle.stat();
    const hasher = new Hasher();
    await copyRange(handle, { start: 0, end: size }, (bytes) => {
      hasher.add(bytes);
      return Promise.resolve();
    });
    return hasher.end();
  });
}

/** Describes a wrong file size; undefined if the size is right. */
export function sizeFault(bytes: number, saved: Digest): string | undefined {
  return bytes === saved.bytes
    ? undefined
    : `has ${counted(bytes, 'byte')}; ${saved.bytes} were saved`;
}

/** Describes how a file differs from what was saved; undefined if it does not. */
export function differenceOf(found: Digest, saved: Digest): string | undefined {
  const fault = sizeFault(found.bytes, saved);
  if (fault !== undefined || found.sha256 === saved.sha256) return fault;
  const [is, was] = [found, saved].map(({ sha256 }) => sha256.slice(0, 12));
  return `is not what was saved: its SHA-256 begins with ${is}, not with ${was}`;
}
