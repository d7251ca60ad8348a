import { createHash, type Hash } from 'node:crypto';
import { z } from 'zod';
import { copyRange, writeWhole, type Sink } from './disk';
import { withFile } from './tensorFile';

/** What tells whether bytes are those that were written. */
export const digestSchema = z.object({
  bytes: z.int().min(0),
  /** In hexadecimal digits, as `sha256sum` prints it. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type Digest = Readonly<z.output<typeof digestSchema>>;

/** The digest of bytes that come one after the other. */
export class Digesting {
  private readonly hash: Hash = createHash('sha256');
  private bytes = 0;

  add(bytes: Uint8Array): void {
    this.hash.update(bytes);
    this.bytes += bytes.length;
  }

  /** To be called once. */
  end(): Digest {
    return { bytes: this.bytes, sha256: this.hash.digest('hex') };
  }
}

/** {@link writeWhole}, with the digest of what was written. @throws LabError (`storage`) */
export async function writeDigested(
  file: string,
  write: (sink: Sink) => Promise<void>,
): Promise<Digest> {
  const digesting = new Digesting();
  await writeWhole(file, (sink) =>
    write(async (bytes) => {
      digesting.add(bytes);
      await sink(bytes);
    }),
  );
  return digesting.end();
}

/** The digest of a file as it is on the disk now. @throws LabError (`storage`) */
export function digestOfFile(file: string): Promise<Digest> {
  return withFile(file, async (handle) => {
    const { size } = await handle.stat();
    const digesting = new Digesting();
    await copyRange(handle, { start: 0, end: size }, (bytes) => {
      digesting.add(bytes);
      return Promise.resolve();
    });
    return digesting.end();
  });
}

/** What the mere size of a file says against it, if it does. */
export function sizeFault(bytes: number, saved: Digest): string | undefined {
  return bytes === saved.bytes ? undefined : `has ${bytes} bytes; ${saved.bytes} were saved`;
}

/** In what a file differs from what was saved; undefined where it does not. */
export function differenceOf(found: Digest, saved: Digest): string | undefined {
  const fault = sizeFault(found.bytes, saved);
  if (fault !== undefined || found.sha256 === saved.sha256) return fault;
  const [is, was] = [found, saved].map(({ sha256 }) => sha256.slice(0, 12));
  return `is not what was saved: its SHA-256 begins with ${is}, not with ${was}`;
}
