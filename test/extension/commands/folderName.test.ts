import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LabError } from '../../../src/core/errors';
import { folderName } from '../../../src/extension/commands/folderName';

describe('folderName', () => {
  it('keeps a name that is valid for a folder', () => {
    for (const name of ['NonLinear0', 'Größe 2', 'wide_64', '実験']) {
      assert.equal(folderName(name), name);
    }
  });

  it('removes path separators, special characters and leading dots', () => {
    assert.equal(folderName('../../etc/passwd'), 'etc passwd');
    assert.equal(folderName(' a: b? '), 'a b');
    assert.equal(folderName('.hidden.'), 'hidden');
  });

  it('throws if nothing is left or the name is reserved', () => {
    for (const name of ['', '  ', '..', '///', 'con', 'LPT1']) {
      assert.throws(() => folderName(name), LabError, name);
    }
  });

  it('throws if the name has more bytes than file systems allow', () => {
    assert.equal(folderName('x'.repeat(255)).length, 255);
    assert.throws(
      () => folderName('x'.repeat(256)),
      /has 256 bytes; a folder name may have at most 255/,
    );
    assert.throws(() => folderName('実'.repeat(86)), /has 258 bytes/);
  });

  it('returns a single path segment, and is idempotent', () => {
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
