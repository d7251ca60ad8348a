import assert from 'node:assert/strict';
import { cp, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { FORMAT } from '../../../src/node/runStore/header';
import { parseSpecification } from '../../../src/core/experiment/parse';
import { readText } from '../../../src/node/files/files';
import { FILE_KINDS } from '../../../src/node/files/fileKinds';
import { answering, intercepting } from '../harness/answers';
import { eventually, labOf } from '../harness/lab';

const place = (...names: string[]): string =>
  path.join(vscode.workspace.workspaceFolders![0].uri.fsPath, ...names);

const isThere = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

/** The command lines of engine processes that this process has started. */
function children(): string[] {
  return (process as unknown as { _getActiveHandles(): object[] })
    ._getActiveHandles()
    .filter((handle) => 'spawnargs' in handle)
    .map((handle) => (handle as { spawnargs: string[] }).spawnargs.join(' '))
    .filter((command) => command.includes('engine'));
}

describe('computation in an untrusted workspace', () => {
  it('is refused with a reason, and starts no engine process', async () => {
    const { runs } = await labOf();
    const of = { run: place('quick', 'runs', 'x'), checkpoint: '42-dense/training/1' } as const;
    await assert.rejects(runs.attribute({ ...of, rows: 'post-activation' }), /Restricted Mode/);
    const end = await runs.run({ experiment: place('quick') });
    assert.ok(end.state === 'failed');
    assert.match(end.reason, /Restricted Mode/);
    assert.deepEqual(children(), []);
  });

  it('leads to the trust editor from each command that computes', async () => {
    const commands = ['experiment.run', 'experiment.rerun', 'data.generate', 'examples.run'];
    for (const command of commands) {
      const messages: unknown[][] = [];
      const showWarningMessage = (...shown: unknown[]): Promise<unknown> => {
        messages.push(shown);
        return Promise.resolve(shown[1]);
      };
      const managed = await intercepting('workbench.trust.manage', () =>
        answering({ showWarningMessage }, async () => {
          await vscode.commands.executeCommand(`polysemanticity.${command}`, {
            experiment: place('quick'),
          });
          await eventually(() => assert.equal(messages.length, 1));
        }),
      );
      assert.match(String(messages[0][0]), /Restricted Mode.*Trust it/, command);
      assert.equal(messages[0][1], 'Manage Workspace Trust');
      assert.equal(managed.length, 1, command);
    }
    // Nothing was copied or generated.
    assert.equal(await isThere(place('NonLinear0')), false);
    assert.equal(await isThere(place('quick', 'data')), false);
    assert.deepEqual(children(), []);
  });

  it('completes no step of the walkthrough', async () => {
    const keys: unknown[] = [];
    const { executeCommand } = vscode.commands;
    const noting = (id: string, ...rest: unknown[]): Thenable<unknown> => {
      if (id === 'setContext') keys.push(rest[0]);
      return executeCommand(id, ...rest);
    };
    Object.assign(vscode.commands, { executeCommand: noting });
    try {
      const showWarningMessage = (): Promise<undefined> => Promise.resolve(undefined);
      await answering({ showWarningMessage }, () => executeCommand('polysemanticity.examples.run'));
    } finally {
      Object.assign(vscode.commands, { executeCommand });
    }
    assert.deepEqual(
      keys.filter((key) => String(key).startsWith('polysemanticity.done')),
      [],
    );
  });

  it('is not needed to show a run that asks for a huge data set', async () => {
    const folder = place('vast');
    const run = path.join(folder, 'runs', '20260101-000000');
    await cp(place('quick'), folder, { recursive: true });
    try {
      await mkdir(run, { recursive: true });
      const file = path.join(folder, 'experiment.json');
      const specification = parseSpecification(await readText(file, FILE_KINDS.experiment), file);
      const startedAt = new Date().toISOString();
      await writeFile(
        path.join(run, 'started.json'),
        JSON.stringify({
          format: FORMAT,
          specification: { ...specification, data: { ...specification.data, samples: 2e9 } },
          engine: { name: 'simd', description: 'simd' },
          versions: { lab: '0.0.0', node: '20.0.0' },
          seeds: [42],
          startedAt,
          resumed: 0,
          warnings: [],
          process: { pid: 1, host: 'elsewhere', since: startedAt },
          secondsBefore: 0,
        }),
      );
      const { experiments } = await labOf();
      await experiments.refresh();
      assert.equal(experiments.find(folder)?.runs.length, 1);
      await vscode.commands.executeCommand('polysemanticity.matrix.open', { experiment: folder });
      assert.deepEqual(children(), []);
    } finally {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      await rm(folder, { recursive: true, force: true });
    }
  });
});
