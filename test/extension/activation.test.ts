import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';

const DIST = path.resolve(__dirname, '../../dist');

/** The source files of a built bundle, without the chunks that it loads later. */
function sourcesOf(bundle: string): string[] {
  const { sources } = JSON.parse(readFileSync(path.join(DIST, `${bundle}.map`), 'utf8')) as {
    readonly sources: string[];
  };
  return sources;
}

/*
 * The benchmark measures the time of activation. These tests check why it is short: the bundle contains nothing that
 * only one command or view needs.
 */
describe('the bundle that activates the extension', () => {
  const sources = sourcesOf('extension.js');

  it('has the tree, the commands and the language features', () => {
    for (const file of ['experiments/tree.ts', 'commands/register.ts', 'code/lenses.ts']) {
      assert.ok(
        sources.some((source) => source.endsWith(`src/extension/${file}`)),
        file,
      );
    }
  });

  for (const [absent, part] of [
    ['no schemas', 'node_modules/zod/'],
    ['no compression', 'node_modules/fflate/'],
    ['no connection to the engine', 'node_modules/vscode-jsonrpc/'],
    ['no pages of matrices', 'src/extension/matrix/matrixPanel.ts'],
    ['no pages of trajectories', 'src/extension/trajectories/trajectoriesPanel.ts'],
    ['no notebook kernel', 'src/node/notebook/'],
    ['no networks', 'src/core/network/'],
  ]) {
    it(`has ${absent}`, () => {
      assert.deepEqual(
        sources.filter((source) => source.includes(part)),
        [],
      );
    });
  }
});
