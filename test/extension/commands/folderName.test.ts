import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LabError } from '../../../src/core/errors';
import { folderName } from '../../../src/extension/commands/folderName';

describe('the name of an experiment’s folder', () => {
  it('is that of the experiment where it can be', () => {
    for (const name of ['NonLinear0', 'Größe 2', 'wide_64', '実験']) {
      assert.equal(folderName(name), name);
    }
  });

  it('leaves out what would lead elsewhere or be hidden', () => {
    assert.equal(folderName('../../etc/passwd'), 'etc passwd');
    assert.equal(folderName(' a: b? '), 'a b');
    assert.equal(folderName('.hidden.'), 'hidden');
  });

  it('is refused where nothing is left, or where it names a device', () => {
    for (const name of ['', '  ', '..', '///', 'con', 'LPT1']) {
      assert.throws(() => folderName(name), LabError, name);
    }
  });

  it('is refused where it is longer than file systems take, in bytes', () => {
    assert.equal(folderName('x'.repeat(255)).length, 255);
    assert.throws(
      () => folderName('x'.repeat(256)),
      /takes 256 bytes; a folder's name may have 255/,
    );
    assert.throws(() => folderName('実'.repeat(86)), /takes 258 bytes/);
  });

  it('is one part of a path, and stays as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        let folder: string;
        try {
          folder = folderName(name);
        } catch (error) {
          assert.ok(error instanceof LabError);
          return;
        }
        assert.doesNotMatch(folder, /[\\/:*?"<>|]|^\.|[. ]$/);
        assert.equal(folderName(folder), folder);
      }),
    );
  });
});
