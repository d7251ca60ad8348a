import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  LINKED_FOLDERS_VARIABLE,
  makeFolder,
  makeWritableFolder,
  requireWithin,
} from '../../../src/node/files/folders';
import { isErrorCode } from '../../../src/node/runStore/disk';
import { failure } from '../failure';
import { temporaryFolders } from '../temporaryFolder';

describe('a folder to write into', () => {
  const space = temporaryFolders();
  const at = (...names: string[]): string => path.join(space.folder, ...names);

  it('is made with its parents, and may exist', async () => {
    const folder = at('a', 'b');
    await makeWritableFolder(folder);
    await makeWritableFolder(folder);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('names the obstacle', async () => {
    writeFileSync(at('file'), '');
    symlinkSync('circle', at('circle'));
    symlinkSync('nowhere', at('dangling'));
    const long = 'x'.repeat(300);
    const cases: [folder: string, reason: string][] = [
      [at('file'), `${at('file')} is a file, not a folder`],
      [at('file', 'a', 'b'), `${at('file')} is a file, not a folder`],
      [at('circle', 'a'), `${at('circle')} is a link that leads in a circle`],
      [at('dangling', 'a'), `${at('dangling')} is a link to nowhere, which cannot be reached`],
      [at(long, 'a'), `the name ${'x'.repeat(20)}… has 300 bytes; 255 are allowed`],
      [at(...Array<string>(40).fill('y'.repeat(200))), 'the path of '],
    ];
    for (const [folder, reason] of cases) {
      const { message, kind } = await failure(makeWritableFolder(folder));
      const start = `${folder}: cannot write into the folder: ${reason}`;
      assert.equal(message.slice(0, start.length), start);
      assert.equal(kind, 'storage');
    }
  });

  it('is refused where nothing can be written, by the folder that refuses', async function () {
    // The kernel's files take nothing from anybody, root included.
    if (!existsSync('/sys/kernel')) this.skip();
    const error = await failure(makeWritableFolder('/sys/kernel/a/b'));
    assert.match(
      error.message,
      /^\/sys\/kernel\/a\/b: cannot write into the folder: (permission denied in \/sys\/kernel|the file system of \/sys\/kernel is read-only|\/sys\/kernel cannot hold folders)$/,
    );
  });

  it('is distinguished from an existing one', async () => {
    const error = await failure(makeFolder(space.folder));
    assert.ok(isErrorCode(error, 'EEXIST'));
    assert.match((await failure(makeFolder(at('a', 'b')))).message, /there is no folder .*a$/);
  });
});

describe('a place to write', () => {
  const space = temporaryFolders();
  const at = (...names: string[]): string => path.join(space.folder, ...names);

  beforeEach(() => {
    mkdirSync(at('home', 'within'), { recursive: true });
    mkdirSync(at('elsewhere'));
  });
  afterEach(() => delete process.env[LINKED_FOLDERS_VARIABLE]);

  it('is within its folder, by links too', async () => {
    symlinkSync('within', at('home', 'link'));
    symlinkSync(at('home'), at('alias'));
    symlinkSync('nowhere', at('home', 'dangling'));
    for (const place of [at('home'), at('home', 'new', 'a'), at('home', 'link', 'a')]) {
      await requireWithin(at('home'), place);
    }
    await requireWithin(at('alias'), at('alias', 'link', 'a'));
    await requireWithin(at('home'), at('home', 'dangling', 'a'));
  });

  it('is refused behind a link that leads out, unless that is allowed', async () => {
    symlinkSync(at('elsewhere'), at('home', 'link'));
    symlinkSync('../elsewhere/not yet', at('home', 'dangling'));
    symlinkSync(`${at('home')}-not`, at('home', 'alike'));
    for (const name of ['link', 'dangling', 'alike']) {
      const { message } = await failure(requireWithin(at('home'), at('home', name, 'a')));
      assert.match(message, /is a link to .*, outside of .*home: nothing is written there/);
    }
    process.env[LINKED_FOLDERS_VARIABLE] = at('elsewhere');
    await requireWithin(at('home'), at('home', 'link', 'a'));
    await assert.rejects(requireWithin(at('home'), at('home', 'alike', 'a')));
  });
});
