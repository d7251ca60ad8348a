import assert from 'node:assert/strict';
import { open, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { openTensorFile } from '../../../src/node/runStore/tensorFile';
import { removeTemporaryFolders, temporaryFolder } from './fixtures';

/** A file with this header and so many bytes of data. */
async function fileOf(header: string, bytes: number): Promise<string> {
  const file = path.join(await temporaryFolder(), 'file.safetensors');
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  await writeFile(file, Buffer.concat([length, Buffer.from(header), Buffer.alloc(bytes)]));
  return file;
}

const entry = (start: number, end: number): string =>
  JSON.stringify({ dtype: 'U8', shape: [end - start], data_offsets: [start, end] });

describe('openTensorFile', () => {
  after(removeTemporaryFolders);

  it('reads tensors in any order', async () => {
    const file = await fileOf(`{"b":${entry(4, 9)},"none":${entry(4, 4)},"a":${entry(0, 4)}}`, 9);
    assert.deepEqual([...(await openTensorFile(file)).tensors.keys()], ['b', 'none', 'a']);
  });

  for (const [what, header, bytes, reason] of [
    ['a gap', `{"a":${entry(0, 4)},"b":${entry(6, 8)}}`, 8, /a gap of 2 bytes before b$/],
    ['a gap at the start', `{"a":${entry(1, 4)}}`, 4, /a gap of 1 byte before a$/],
    [
      'an overlap',
      `{"a":${entry(0, 4)},"b":${entry(3, 8)}}`,
      8,
      /b overlaps the tensor before it$/,
    ],
    ['the same bytes twice', `{"a":${entry(0, 8)},"b":${entry(0, 8)}}`, 8, /b overlaps/],
    ['bytes after the last', `{"a":${entry(0, 4)}}`, 8, /it has \d+ bytes, its header describes/],
    ['a name twice', `{"a":${entry(0, 4)},"a":${entry(4, 8)}}`, 8, /a gap of 4 bytes before a$/],
    [
      'offsets backwards',
      '{"a":{"dtype":"U8","shape":[0],"data_offsets":[4,0]}}',
      4,
      /a has -4 bytes$/,
    ],
  ] as const) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(openTensorFile(await fileOf(header, bytes)), {
        kind: 'invalid-input',
        message: reason,
      });
    });
  }

  it('reads no header that is longer than any may be', async () => {
    const file = await fileOf('{}', 0);
    const handle = await open(file, 'r+');
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(1_000_000_000n);
    await handle.write(length, 0, 8, 0);
    // A file with a hole takes no space.
    await handle.truncate(2_000_000_000);
    await handle.close();
    const before = process.memoryUsage().rss;
    await assert.rejects(openTensorFile(file), /its header claims 1000000000 bytes; 100000000 are/);
    assert.ok(process.memoryUsage().rss - before < 50e6);
  });
});
