import assert from 'node:assert/strict';
import { CommanderError } from 'commander';
import { describeError, exitCodeOf, Interrupted } from '../../src/cli/exitCodes';
import { LabError, type ErrorKind } from '../../src/core/errors';

describe('exit codes', () => {
  it('identify the kind of error', () => {
    const codes: [ErrorKind, number][] = [
      ['invalid-input', 2],
      ['unsupported', 2],
      ['storage', 3],
      ['numeric', 4],
    ];
    for (const [kind, code] of codes) assert.equal(exitCodeOf(new LabError(kind, 'x')), code);
    assert.equal(exitCodeOf(new Error('a bug')), 1);
    assert.equal(exitCodeOf('no error at all'), 1);
    assert.equal(exitCodeOf(new Interrupted('stopped', 143)), 143);
  });

  it('are 0 for help and 2 for bad usage', () => {
    assert.equal(exitCodeOf(new CommanderError(0, 'commander.helpDisplayed', 'help')), 0);
    assert.equal(exitCodeOf(new CommanderError(1, 'commander.unknownOption', 'x')), 2);
  });
});

describe('output for an error', () => {
  it('is its message, with file and field', () => {
    const error = new LabError('invalid-input', 'is odd', { field: '--seeds' });
    assert.equal(describeError(error, true), '--seeds: is odd');
  });

  it('has a stack only for internal errors and in debug mode', () => {
    const bug = new Error('a bug');
    assert.equal(
      describeError(bug, false),
      'internal error: a bug (set DEBUG=1 to show the stack)',
    );
    assert.match(describeError(bug, true) ?? '', /a bug\n +at /);
  });

  it('is empty if commander has already printed the error', () => {
    assert.equal(describeError(new CommanderError(1, 'x', 'x'), false), undefined);
  });
});
