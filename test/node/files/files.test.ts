import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { LabError } from '../../../src/core/errors';
import { FILE_KINDS } from '../../../src/node/files/fileKinds';
import { readBytes, readText, writeFileAtomic } from '../../../src/node/files/files';
import { storageError } from '../../../src/node/files/storageError';
import { failure } from '../failure';
import { temporaryFolders } from '../temporaryFolder';

const { experiment } = FILE_KINDS;

describe('a storage error', () => {
  it("explains the file system's error with the path", () => {
    const error = storageError(
      Object.assign(new Error('ENOSPC: no space'), { code: 'ENOSPC' }),
      '/a/b',
      'write the file',
    );
    assert.equal(error.kind, 'storage');
    assert.equal(error.message, '/a/b: cannot write the file: the disk is full');
    assert.equal((error.cause as Error).message, 'ENOSPC: no space');
  });

  it("keeps the system's message for other errors", () => {
    const error = storageError(
      Object.assign(new Error('ESTALE: stale handle'), { code: 'ESTALE' }),
      '/a',
      'open',
    );
    assert.equal(error.message, '/a: cannot open: ESTALE: stale handle');
    assert.equal(storageError('out of ink', '/a', 'print').message, '/a: cannot print: out of ink');
    assert.equal(storageError(undefined, '/a', 'print').message, '/a: cannot print: undefined');
  });

  it('does not wrap a LabError', () => {
    const known = new LabError('storage', 'the disk is on fire');
    assert.equal(storageError(known, '/a', 'write'), known);
  });
});

describe('files', () => {
  const space = temporaryFolders();
  const at = (...names: string[]): string => path.join(space.folder, ...names);

  it('are read as bytes and as text', async () => {
    writeFileSync(at('a.txt'), 'Größe 数\r\n');
    assert.equal(await readText(at('a.txt'), experiment), 'Größe 数\r\n');
    assert.deepEqual(
      [...(await readBytes(at('a.txt'), experiment)).subarray(0, 4)],
      [0x47, 0x72, 0xc3, 0xb6],
    );
  });

  it('keep a byte order mark in their text, for the caller to handle', async () => {
    writeFileSync(at('a.json'), '\ufeff{}');
    assert.equal(await readText(at('a.json'), experiment), '\ufeff{}');
  });

  it('are refused as text when they are not UTF-8', async () => {
    for (const bytes of [
      [0xff, 0xfe, 0x7b, 0x00],
      [0x47, 0x72, 0xf6],
    ]) {
      writeFileSync(at('latin.json'), Uint8Array.from(bytes));
      const error = await failure(readText(at('latin.json'), experiment));
      assert.equal(error.message, `${at('latin.json')}: not valid UTF-8`);
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
      const error = await failure(readBytes(file, experiment));
      assert.equal(error.message, `${file}: cannot read the file: ${reason}`);
      assert.equal(error.kind, 'storage');
    }
    const error = await failure(readBytes(at('a\0b'), experiment));
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

  it('are unchanged when writing fails: no folder, a folder in the way', async () => {
    const error = await failure(writeFileAtomic(at('missing', 'a'), 'text'));
    assert.equal(
      error.message,
      `${at('missing', 'a')}: cannot write the file: there is no such file or folder`,
    );
    mkdirSync(at('folder', 'full'), { recursive: true });
    assert.equal((await failure(writeFileAtomic(at('folder'), 'text'))).kind, 'storage');
    assert.deepEqual(readdirSync(space.folder), ['folder']);
  });

  it('are not written through links or into devices', async () => {
    writeFileSync(at('precious'), 'precious');
    symlinkSync(at('precious'), at('link'));
    await writeFileAtomic(at('link'), 'new');
    assert.equal(readFileSync(at('precious'), 'utf8'), 'precious');
    assert.equal(readFileSync(at('link'), 'utf8'), 'new');
    symlinkSync('/dev/null', at('device'));
    const error = await failure(writeFileAtomic(at('device'), 'new'));
    assert.match(error.message, /cannot write the file: this is a device, not a file$/);
    // The name that temporary files had once.
    symlinkSync(at('precious'), at('a.tmp'));
    await writeFileAtomic(at('a'), 'new');
    assert.equal(readFileSync(at('precious'), 'utf8'), 'precious');
  });

  it('are whole when several writers write them at once', async () => {
    const texts = Array.from({ length: 8 }, (_, i) => String(i).repeat(100_000 + i));
    await Promise.all(texts.map((text) => writeFileAtomic(at('a'), text)));
    assert.ok(texts.includes(readFileSync(at('a'), 'utf8')));
    assert.deepEqual(readdirSync(space.folder), ['a']);
  });

  it('may have a name of the maximal length', async () => {
    const name = 'ö'.repeat(127);
    await writeFileAtomic(at(name), 'text');
    assert.deepEqual(readdirSync(space.folder), [name]);
  });

  it('are written beside the temporary file of a killed process, which is removed', async () => {
    const child = execFileSync(process.execPath, [
      ...['--import', 'tsx', '-e'],
      `import('${path.resolve('src/node/files/newFile.ts')}').then((loaded) =>
        (loaded.replaceFile ?? loaded.default.replaceFile)(${JSON.stringify(at('a'))}, () => process.exit(0)))`,
    ]);
    assert.equal(String(child), '');
    const [left] = readdirSync(space.folder);
    assert.match(left, /^a\.\d+-0-[0-9a-f]{8}-[0-9a-f]{16}\.tmp$/);
    // Of a process that lives, and of another machine that wrote it just now.
    const [, pid, , machine] = /\.(\d+)-(\d)-([0-9a-f]{8})/.exec(left) ?? [];
    const living = left.replace(pid, String(process.ppid));
    const foreign = left.replace(machine, '00000000');
    for (const name of [living, foreign]) writeFileSync(at(name), '');
    await writeFileAtomic(at('a'), 'text');
    assert.deepEqual(readdirSync(space.folder).sort(), ['a', living, foreign].sort());
  });
});

describe('an unsuitable file', () => {
  const space = temporaryFolders();
  const at = (...names: string[]): string => path.join(space.folder, ...names);

  async function refusal(name: string): Promise<string> {
    const began = performance.now();
    const { message } = await failure(readBytes(at(name), experiment));
    assert.ok(performance.now() - began < 1000, 'it waited');
    return message.replace(`${at(name)}: `, '');
  }

  it('is read through links, as DVC and git-annex have them', async () => {
    writeFileSync(at('stored'), 'text');
    symlinkSync('stored', at('link'));
    linkSync(at('stored'), at('hard'));
    assert.equal(await readText(at('link'), experiment), 'text');
    assert.equal(await readText(at('hard'), experiment), 'text');
  });

  it('is refused at once: a device, a pipe, a socket', async function () {
    if (process.platform === 'win32') this.skip();
    for (const device of ['/dev/zero', '/dev/random', '/dev/tty']) {
      symlinkSync(device, at(path.basename(device)));
      assert.equal(
        await refusal(path.basename(device)),
        'cannot read the file: this is a device, not a file',
      );
    }
    execFileSync('mkfifo', [at('pipe')]);
    assert.equal(await refusal('pipe'), 'cannot read the file: this is a named pipe, not a file');
    const server = net.createServer();
    // A short path: sockets have none that are longer.
    const folder = process.cwd();
    process.chdir(space.folder);
    try {
      await new Promise<void>((resolve) => server.listen('socket', resolve));
      assert.equal(await refusal('socket'), 'cannot read the file: this is a socket, not a file');
    } finally {
      process.chdir(folder);
      server.close();
    }
    symlinkSync('circle', at('circle'));
    assert.match(await refusal('circle'), /a link in the path that leads in a circle/);
  });

  it('is refused by its size, before a byte of it is read', async () => {
    writeFileSync(at('large'), '');
    truncateSync(at('large'), 10 * 2 ** 30);
    assert.equal(
      await refusal('large'),
      'is too large: it has 10.7 GB; of an experiment.json, at most 5 MB are read',
    );
    truncateSync(at('large'), experiment.most);
    assert.equal((await readBytes(at('large'), experiment)).length, experiment.most);
  });

  it('is refused when it does not end, whatever its reported size', async function () {
    const endless = '/proc/self/pagemap';
    if (!existsSync(endless)) this.skip();
    symlinkSync(endless, at('endless'));
    // Its parts have eight bytes.
    const kind = { what: 'a test', most: 2 ** 20 - 1 };
    assert.equal(
      (await failure(readBytes(at('endless'), kind))).reason,
      'is too large: it is longer than that; of a test, at most 1.05 MB are read',
    );
    const { length } = await readBytes('/proc/self/status', experiment);
    assert.ok(length > 0, 'a file of the kernel has no size, and is read all the same');
  });
});
