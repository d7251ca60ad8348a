import assert from 'node:assert/strict';
import { shellWord } from '../../src/cli/cli';

describe('a word for the shell', () => {
  it('is quoted only where it must be', () => {
    assert.equal(shellWord('runs/first-1'), 'runs/first-1');
    assert.equal(shellWord('my experiment'), "'my experiment'");
    assert.equal(shellWord("it's"), "'it'\\''s'");
  });
});
