import assert from 'node:assert/strict';
import { armNamesAt } from '../../../src/node/code/armNames';

/** The names offered at `|`, and the text that one replaces. */
function offered(marked: string): { names: string[]; replaces: string } | undefined {
  const offset = marked.indexOf('|');
  const text = marked.replace('|', '');
  const found = armNamesAt(text, offset);
  return (
    found && {
      names: found.arms.map(({ name }) => name),
      replaces: text.slice(found.offset, found.offset + found.length),
    }
  );
}

const ARMS = `{ "name": "control" },
    { "name": "small", "pruning": { "method": "magnitude" } },
    { "name": "masked", "pruning": { "method": "weights" } },`;
const last = (pruning: string): string =>
  `{ "arms": [${ARMS} { "name": "own", "pruning": { "method": "random", ${pruning} } }] }`;

describe('names of arms in the text of an experiment', () => {
  it('are those that remove units, without the arm itself', () => {
    assert.deepEqual(offered(last('"widthsOf": "sm|all"')), {
      names: ['small'],
      replaces: '"small"',
    });
    const before = `{ "arms": [{ "name": "own", "pruning": { "widthsOf": "|" } }, ${ARMS}] }`;
    assert.deepEqual(offered(before), { names: ['small'], replaces: '""' });
  });

  it('are offered while the text is half typed', () => {
    assert.deepEqual(offered(last('"widthsOf": |')), { names: ['small'], replaces: '' });
    assert.deepEqual(offered(last('"widthsOf": "|')), {
      names: ['small'],
      // A string that is not closed ends with its line.
      replaces: '" } }] }',
    });
    assert.deepEqual(offered(last('"widthsOf": |, "scope": "layer"'))?.names, ['small']);
  });

  it('are offered nowhere else', () => {
    for (const pruning of ['"widthsOf|": "small"', '"method": "|"', '"widthsOf": { "x": "|" }']) {
      assert.equal(offered(last(pruning)), undefined, pruning);
    }
    assert.equal(offered('{ "widthsOf": "|" }'), undefined);
    assert.equal(offered('|'), undefined);
    assert.deepEqual(offered('{ "arms": [{ "pruning": { "widthsOf": "|" } }] }')?.names, []);
  });

  it('are not looked for in a text too long to be parsed at every key', () => {
    const description = 'x'.repeat(200_000);
    const text = last('"widthsOf": "|"').replace('{', `{ "description": "${description}", `);
    assert.equal(offered(text), undefined);
  });
});
