import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { shellWord } from '../../src/cli/cli';

describe('a word for the shell', () => {
  it('is quoted only if necessary', () => {
    assert.equal(shellWord('runs/first-1'), 'runs/first-1');
    assert.equal(shellWord('my experiment'), "'my experiment'");
    assert.equal(shellWord("it's"), "'it'\\''s'");
  });

  it('can be pasted into a shell, and shows every character', function () {
    const word = "it's\n\x1b[2J \\ \u202e";
    assert.equal(shellWord(word), "$'it\\'s\\n\\x1b[2J \\\\ \\u202e'");
    if (!existsSync('/bin/bash')) this.skip();
    const printed = execFileSync('/bin/bash', ['--norc', '-c', `printf %s ${shellWord(word)}`], {
      env: { LC_ALL: 'C.UTF-8' },
    });
    assert.equal(String(printed), word);
  });
});
