import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { LabError } from '../../src/core/errors';
import {
  makeWritableFolder,
  readBytes,
  readText,
  storageError,
  writeFileAtomic,
} from '../../src/node/files';
import { temporaryFolders } from './temporaryFolder';

async function failure(work: Promise<unknown>): Promise<LabError> {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof LabError, String(error));
    return error;
  }
  return assert.fail('it worked');
}

describe('a storage error', () => {
  it('says in plain words what the file system said, and of what', () => {
    const error = storageError(
      Object.assign(new Error('ENOSPC: no space'), { code: 'ENOSPC' }),
      '/a/b',
      'write the file',
    );
    assert.equal(error.kind, 'storage');
    assert.equal(error.message, '/a/b: cannot write the file: the disk is full');
    assert.equal((error.cause as Error).message, 'ENOSPC: no space');
  });

  it('keeps the words of the system where it has no better ones', () => {
    const error = storageError(
      Object.assign(new Error('ELOOP: too many links'), { code: 'ELOOP' }),
      '/a',
      'open',
    );
    assert.equal(error.message, '/a: cannot open: ELOOP: too many links');
    assert.equal(storageError('out of ink', '/a', 'print').message, '/a: cannot print: out of ink');
    assert.equal(storageError(undefined, '/a', 'print').message, '/a: cannot print: undefined');
  });

  it('does not wrap what is an explanation already', () => {
    const known = new LabError('storage', 'the disk is on fire');
    assert.equal(storageError(known, '/a', 'write'), known);
  });
});

describe('files', () => {
  const space = temporaryFolders();
  const at = (...names: string[]): string => path.join(space.folder, ...names);

  it('are read as bytes and as text', async () => {
    writeFileSync(at('a.txt'), 'Größe 数\r\n');
    assert.equal(await readText(at('a.txt')), 'Größe 数\r\n');
    assert.deepEqual([...(await readBytes(at('a.txt'))).subarray(0, 4)], [0x47, 0x72, 0xc3, 0xb6]);
  });

  it('keep a byte order mark in their text: whoever reads it decides', async () => {
    writeFileSync(at('a.json'), '\ufeff{}');
    assert.equal(await readText(at('a.json')), '\ufeff{}');
  });

  it('are refused as text when they are not UTF-8', async () => {
    for (const bytes of [
      [0xff, 0xfe, 0x7b, 0x00],
      [0x47, 0x72, 0xf6],
    ]) {
      writeFileSync(at('latin.json'), Uint8Array.from(bytes));
      const error = await failure(readText(at('latin.json')));
      assert.equal(error.message, `${at('latin.json')}: this is no text in UTF-8`);
      assert.equal(error.kind, 'invalid-input');
    }
  });

  it('are named where they cannot be read', async () => {
    writeFileSync(at('file'), '');
    const cases: [file: string, reason: string][] = [
      [at('missing'), 'there is no such file or folder'],
      [at('file', 'inside'), 'a part of the path is a file, not a folder'],
      [space.folder, 'this is a folder, not a file'],
    ];
    for (const [file, reason] of cases) {
      const error = await failure(readBytes(file));
      assert.equal(error.message, `${file}: cannot read the file: ${reason}`);
      assert.equal(error.kind, 'storage');
    }
    const error = await failure(readBytes(at('a\0b')));
    assert.equal(error.kind, 'storage');
  });

  it('are written as a whole, over what was there, with nothing beside them', async () => {
    await writeFileAtomic(at('a'), 'first, and longer');
    await writeFileAtomic(at('a'), 'second');
    await writeFileAtomic(at('b'), Uint8Array.of(1, 2, 3));
    assert.equal(readFileSync(at('a'), 'utf8'), 'second');
    assert.deepEqual([...readFileSync(at('b'))], [1, 2, 3]);
    assert.deepEqual(readdirSync(space.folder), ['a', 'b']);
  });

  it('are as they were when writing fails: no folder, a folder in the way', async () => {
    const error = await failure(writeFileAtomic(at('missing', 'a'), 'text'));
    assert.equal(
      error.message,
      `${at('missing', 'a')}: cannot write the file: there is no such file or folder`,
    );
    mkdirSync(at('folder', 'full'), { recursive: true });
    assert.equal((await failure(writeFileAtomic(at('folder'), 'text'))).kind, 'storage');
    assert.deepEqual(readdirSync(space.folder), ['folder']);
  });

  it('are as they were when the disk is full', async function () {
    if (!existsSync('/dev/full')) this.skip();
    writeFileSync(at('a'), 'before');
    // What is written beside the file goes to a disk without space.
    symlinkSync('/dev/full', at('a.tmp'));
    const error = await failure(writeFileAtomic(at('a'), 'after'));
    assert.equal(error.message, `${at('a')}: cannot write the file: the disk is full`);
    assert.equal(readFileSync(at('a'), 'utf8'), 'before');
    assert.deepEqual(readdirSync(space.folder), ['a']);
  });
});

describe('a folder to write into', () => {
  const space = temporaryFolders();

  it('is made with those it is in, and may be there already', async () => {
    const folder = path.join(space.folder, 'a', 'b');
    await makeWritableFolder(folder);
    await makeWritableFolder(folder);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('is refused where a file is in the way', async () => {
    const file = path.join(space.folder, 'file');
    writeFileSync(file, '');
    const error = await failure(makeWritableFolder(file));
    assert.equal(
      error.message,
      `${file}: cannot write into the folder: something of this name is there already`,
    );
    assert.match(
      (await failure(makeWritableFolder(path.join(file, 'a')))).message,
      /a part of the path is a file/,
    );
  });

  it('is refused where nothing can be written', async function () {
    // The kernel's files take nothing from anybody, root included.
    if (!existsSync('/sys/kernel')) this.skip();
    const error = await failure(makeWritableFolder('/sys/kernel/experiment'));
    assert.match(
      error.message,
      /^\/sys\/kernel\/experiment: cannot write into the folder: (permission denied|the file system is read-only)$/,
    );
  });
});
