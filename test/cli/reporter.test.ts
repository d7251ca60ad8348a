import assert from 'node:assert/strict';
import { reporterFor } from '../../src/cli/reporter';
import { shown, terminalOf, type Terminal } from '../../src/cli/terminal';
import type { ExperimentEvent } from '../../src/core/experiment/events';
import { exampleNull } from '../core/experiment/exampleNull';
import { exampleRow as row } from '../core/experiment/exampleRow';

const EVENTS: ExperimentEvent[] = [
  { type: 'null-drawn', nulls: exampleNull({ relative: 3.8 }) },
  { type: 'stage-started', stage: 'training', seeds: [42] },
  { type: 'warning', message: 'look out', leg: { seed: 42, arm: 'dense', requested: null } },
  ...[1, 2, 3].map((epoch): ExperimentEvent => ({ type: 'epoch-measured', row: row({ epoch }) })),
  { type: 'leg-finished', leg: { seed: 42, arm: 'dense', requested: null } },
];

/** Output of a reporter for events that are a second apart. */
const written = (details: Partial<Terminal>, quiet = false, events = EVENTS): string => {
  let text = '';
  let now = 0;
  const terminal: Terminal = {
    write: (more, control) => void (text += shown(more, control)),
    writeBytes: () => Promise.resolve(),
    interactive: false,
    colour: false,
    unicode: false,
    width: () => 80,
    ...details,
  };
  const reporter = reporterFor(terminal, quiet, () => (now += 1000));
  reporter.note('a note');
  events.forEach((event) => reporter.event(event));
  reporter.end();
  return text;
};

describe('reporter', () => {
  it('writes a line for each stage and leg into a pipe, not for each epoch', () => {
    const lines = written({}).split('\n');
    assert.deepEqual(lines.slice(0, 4), [
      'a note',
      '  null of R: 3.80 +- 0.01 (level +- its standard error, from 6400 random readouts; not a spread over seeds)',
      'training seed 42',
      'warning: seed 42 dense: look out',
    ]);
    assert.match(lines[4], /seed 42 dense: R 1\.000 \(null 3\.80 \+- 0\.01\), test loss 0\.5000/);
    assert.equal(lines.length, 6);
    assert.doesNotMatch(written({}), /[\r\x1b]/);
  });

  it('overwrites one line on a terminal and leaves it empty', () => {
    const text = written({ interactive: true });
    assert.match(text, /\r\x1b\[Kwarning: seed 42 dense: look out\n/);
    assert.equal(text.split('\n').length, 3, 'only note and warning remain');
    assert.ok(text.endsWith('\r\x1b[K'));
    assert.match(text, /train seed 42 dense 3/);
  });

  it('uses colour only if the terminal supports it', () => {
    assert.match(written({ interactive: true, colour: true }), /\x1b\[33mwarning/);
    assert.doesNotMatch(written({ interactive: true }), /\x1b\[\d+m/);
  });

  it('neutralises control characters in a message', () => {
    const message = 'look\x1b[2J\nout\u202e';
    for (const interactive of [false, true]) {
      const text = written({ interactive, colour: true }, false, [{ type: 'warning', message }]);
      assert.ok(text.includes('warning: look\\x1b[2J\\nout\\u202e'), text);
      assert.doesNotMatch(text.replaceAll(/\r\x1b\[K|\x1b\[\d+m/g, ''), /[\x1b\r\u202e]/);
    }
  });

  it('is silent on request', () => {
    assert.equal(written({ interactive: true }, true), '');
  });
});

describe('terminal', () => {
  const tty = { isTTY: true, columns: 120, write: () => true };
  const utf8 = { LANG: 'en_US.UTF-8' };

  it('is interactive and coloured for a person', () => {
    const { interactive, colour, unicode, width } = terminalOf(tty, utf8, 'linux');
    assert.deepEqual([interactive, colour, unicode, width()], [true, true, true, 120]);
  });

  it('is plain in a pipe and on a dumb terminal', () => {
    const pipe = terminalOf({ write: () => true }, utf8, 'linux');
    assert.deepEqual([pipe.interactive, pipe.colour, pipe.width()], [false, false, 80]);
    assert.equal(terminalOf(tty, { ...utf8, TERM: 'dumb' }, 'linux').interactive, false);
  });

  it('has no colour with NO_COLOR, but may have with an empty one', () => {
    assert.equal(terminalOf(tty, { NO_COLOR: '1' }, 'linux').colour, false);
    assert.equal(terminalOf(tty, { NO_COLOR: '' }, 'linux').colour, true);
  });

  it('follows the locale, its variables in the order of POSIX', () => {
    const unicode = (env: NodeJS.ProcessEnv): boolean => terminalOf(tty, env, 'linux').unicode;
    assert.equal(unicode({}), false);
    assert.equal(unicode({ LANG: 'de_DE.utf8' }), true);
    assert.equal(unicode({ LC_ALL: 'C', LANG: 'en_US.UTF-8' }), false);
    assert.equal(unicode({ LC_ALL: '', LC_CTYPE: 'C.UTF-8' }), true);
  });
});
