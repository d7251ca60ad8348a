import assert from 'node:assert/strict';
import { invalid, show } from '../../src/core/errors';
import { visible, visibleLine } from '../../src/core/visible';

/** What a terminal or an editor obeys. */
const OBEYED =
  /[^\n\t\u0020-\u007e\u00a0-\uffff]|[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;

describe('text that is shown', () => {
  const hostile = '\x1b]0;owned\x07 \x1b[2J\x9b1m \b\r\x7f\u202egnp.exe\u2066 a\n\tb\u2028c\ufeff';

  it('contains no control characters that take effect', () => {
    assert.equal(
      visible(hostile),
      '\\x1b]0;owned\\x07 \\x1b[2J\\u009b1m \\x08\\x0d\\u007f\\u202egnp.exe\\u2066 a\n\tb\\u2028c\\ufeff',
    );
    const all = String.fromCharCode(...Array.from({ length: 0xd800 }, (_, i) => i));
    assert.doesNotMatch(visible(all), OBEYED);
    assert.doesNotMatch(visibleLine(all), /[\n\t]/);
  });

  it('stays on one line if it is a name', () => {
    assert.equal(visibleLine('a\nRun: /elsewhere\r\tb'), 'a\\nRun: /elsewhere\\r\\tb');
  });

  it('is otherwise unchanged, in any language', () => {
    for (const text of ['Größe 数 🙂', '👩‍👩‍👧', 'می‌خواهم', 'C:\\x1b\\n']) {
      assert.equal(visibleLine(text), text);
    }
  });

  it('remains valid JSON', () => {
    const value = { name: hostile };
    assert.deepEqual(JSON.parse(visible(JSON.stringify(value))), value);
  });
});

describe('an error message', () => {
  it('shows control characters in names of files and fields, and in values', () => {
    const { message } = invalid(`not ${show('\u202e\x1b\x9b')}`, {
      file: '/a\nb\x1b[2J',
      line: 3,
      field: 'x\u2066',
    });
    assert.equal(message, '/a\\nb\\x1b[2J:3: x\\u2066: not "\\u202e\\u001b\\u009b"');
  });

  it('can show a value that is nested too deep to traverse', () => {
    let deep: unknown = [];
    for (let i = 0; i < 100_000; i++) deep = [deep];
    assert.match(show(deep), /^\[+\.{3}\]+\.{3}$/);
    assert.ok(show(deep).length <= 80);
    assert.equal(show(10n), '10');
  });
});
