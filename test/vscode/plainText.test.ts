import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Lab } from '../../src/extension/lab';
import { plainLabel, plainMessage } from '../../src/extension/plainText';
import { answering } from './harness/answers';
import { labOf } from './harness/lab';

describe('markup in names', () => {
  it('makes no links in messages', () => {
    for (const target of ['command:workbench.action.quit', 'https://x.y', 'FILE:///etc/passwd']) {
      const shown = plainMessage(`a [name](${target}) and [another]( ${target})`);
      assert.equal(shown, `a [name] (${target}) and [another] ( ${target})`);
      assert.equal(plainMessage(shown), shown);
    }
    assert.equal(plainMessage('runs[0](dense)'), 'runs[0](dense)');
    assert.equal(plainMessage('to the \u202eleft\x1b[2J'), 'to the \\u202eleft\\x1b[2J');
  });

  it('makes no icons in labels', () => {
    assert.equal(plainLabel('$(check) done $(sync~spin)'), '\\$(check) done \\$(sync~spin)');
    assert.equal(plainLabel('\\$(check)'), '\\\\$(check)');
    assert.equal(plainLabel('costs $5 (about)'), 'costs $5 (about)');
    assert.equal(plainLabel('one\ntwo'), 'one\\ntwo');
  });

  describe('of experiments', () => {
    const NAME = '$(check) [all is well](command:workbench.action.quit)';
    let lab: Lab;
    const folders: string[] = [];

    before(async () => {
      lab = await labOf();
      const root = vscode.workspace.workspaceFolders![0].uri.fsPath;
      for (const name of ['markup one', 'markup two']) {
        const folder = path.join(root, name);
        folders.push(folder);
        await mkdir(folder, { recursive: true });
        const specification = {
          $schema: 'polysemanticity://schemas/experiment.schema.json',
          name: NAME,
          features: { count: 6, hidden: [4, 2] },
          data: { samples: 200, inputs: 3 },
          specimen: { hidden: [8, 4] },
        };
        await writeFile(path.join(folder, 'experiment.json'), JSON.stringify(specification));
      }
      await lab.experiments.refresh();
    });

    after(async () => {
      for (const folder of folders) await rm(folder, { recursive: true, force: true });
      await lab.experiments.refresh();
    });

    it('is shown as text in a message', async () => {
      const messages: string[] = [];
      const showInformationMessage = (message: string): Thenable<undefined> => {
        messages.push(message);
        return Promise.resolve(undefined);
      };
      await answering({ showInformationMessage }, () =>
        vscode.commands.executeCommand('polysemanticity.experiment.export', {
          experiment: folders[0],
        }),
      );
      assert.equal(messages.length, 1);
      assert.ok(
        messages[0].includes('$(check) [all is well] (command:workbench.action.quit)'),
        messages[0],
      );
    });

    it('is shown as text in a list of experiments', async () => {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      const labels: string[] = [];
      const showQuickPick = (items: readonly vscode.QuickPickItem[]): Thenable<undefined> => {
        labels.push(...items.map(({ label }) => label));
        return Promise.resolve(undefined);
      };
      await answering({ showQuickPick }, () =>
        vscode.commands.executeCommand('polysemanticity.experiment.export'),
      );
      assert.ok(labels.includes(`\\${NAME}`), labels.join('\n'));
    });
  });
});
