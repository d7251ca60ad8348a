import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Lab } from '../../src/extension/lab';
import { accepting, answering, intercepting } from './harness/answers';
import { eventually, labOf } from './harness/lab';

const SMALL = {
  $schema: 'polysemanticity://schemas/experiment.schema.json',
  name: 'Commanded',
  features: { count: 6, hidden: [4, 2] },
  data: { samples: 200, inputs: 3 },
  specimen: { hidden: [8, 4] },
  training: { epochs: 3 },
  pruning: { ratios: [0.5], retraining: { epochs: 2 } },
};

interface Declared {
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

function execute(command: string, ...rest: unknown[]): Thenable<unknown> {
  return vscode.commands.executeCommand(`polysemanticity.${command}`, ...rest);
}

describe('commands', () => {
  let lab: Lab;
  let root = '';
  let experiment = '';

  before(async () => {
    lab = await labOf();
    root = vscode.workspace.workspaceFolders![0].uri.fsPath;
    experiment = path.join(root, 'commanded');
    await mkdir(experiment, { recursive: true });
    await writeFile(path.join(experiment, 'experiment.json'), JSON.stringify(SMALL));
    await lab.experiments.refresh();
  });

  after(async () => {
    await execute('experiment.stopAll');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand('notifications.clearAll');
    await rm(experiment, { recursive: true, force: true });
    await lab.experiments.refresh();
  });

  /** Runs the experiment. @returns the folder of the run */
  async function run(): Promise<string> {
    const end = await lab.runs.run({ experiment, fresh: true });
    assert.ok(end.state === 'finished', JSON.stringify(end));
    await lab.experiments.refresh();
    return end.folder;
  }

  function activeFile(): string | undefined {
    return vscode.window.activeTextEditor?.document.uri.fsPath;
  }

  it('are exactly those of the manifest', async () => {
    const { contributes } = lab.context.extension.packageJSON as Declared;
    const declared = contributes.commands.map(({ command }) => command).sort();
    const all = await vscode.commands.getCommands(true);
    const own = all.filter(
      (id) =>
        id.startsWith('polysemanticity.') &&
        // VS Code adds these for every view.
        !/^polysemanticity\.experiments\.|\.(focus|open|resetViewLocation|removeView)$/.test(id),
    );
    const missing = declared.filter((id) => !all.includes(id));
    assert.deepEqual(missing, []);
    assert.deepEqual(
      own.filter((id) => !declared.includes(id)),
      [],
    );
  });

  it('open the code of an experiment, for any kind of argument', async () => {
    const file = path.join(experiment, 'experiment.json');
    for (const argument of [experiment, file, vscode.Uri.file(file), { experiment }]) {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      await execute('experiment.openCode', argument);
      assert.equal(activeFile(), file);
    }
  });

  it('show an error if the experiment does not exist', async () => {
    const messages: string[] = [];
    const showErrorMessage = (message: string): void => void messages.push(message);
    const missing = path.join(root, 'missing');
    await answering({ showErrorMessage }, () => execute('experiment.openCode', missing));
    assert.equal(messages.length, 1);
    assert.ok(messages[0].includes(missing), messages[0]);
  });

  it('create an experiment from the proposals, and open it', async () => {
    const folder = path.join(root, 'Experiment');
    try {
      const showInformationMessage = (): undefined => undefined;
      await answering({ showInformationMessage }, () => accepting(execute('experiment.new')));
      const entry = lab.experiments.find(folder);
      assert.equal(entry?.name, 'Experiment');
      assert.equal(entry.problem, undefined);
      assert.deepEqual(entry.specification?.specimen.hidden, [64, 16, 16]);
      assert.equal(activeFile(), path.join(folder, 'experiment.json'));
    } finally {
      await rm(folder, { recursive: true, force: true });
      await lab.experiments.refresh();
    }
  });

  it('create nothing if the user cancels a question', async () => {
    const before = await readdir(root);
    const making = execute('experiment.new');
    await new Promise((resolve) => setTimeout(resolve, 500));
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    await making;
    assert.deepEqual(await readdir(root), before);
  });

  it('import files of PyTorch', async () => {
    const fixtures = path.join(lab.context.extensionUri.fsPath, 'test', 'fixtures', 'import');
    const folder = path.join(root, 'Imported');
    const files = ['data.pth', 'encoder.pth', 'feature_model.pth'];
    try {
      const answers = {
        showOpenDialog: () => [vscode.Uri.file(path.join(fixtures, files.shift() ?? ''))],
        showInformationMessage: () => undefined,
      };
      await answering(answers, () => accepting(execute('experiment.import')));
      assert.deepEqual(files, []);
      const entry = lab.experiments.find(folder);
      assert.equal(entry?.specification?.data.source, 'imported');
      assert.equal(activeFile(), path.join(folder, 'experiment.json'));
    } finally {
      await rm(folder, { recursive: true, force: true });
      await lab.experiments.refresh();
    }
  });

  it('export the rows of a run, and move it to the trash', async () => {
    const folder = await run();
    const target = path.join(experiment, 'rows.csv');
    const answers = {
      showQuickPick: ([first]: readonly unknown[]) => first,
      showSaveDialog: () => vscode.Uri.file(target),
      showInformationMessage: () => undefined,
    };
    await answering(answers, () => execute('experiment.export', { experiment, run: folder }));
    const [header, ...rows] = (await readFile(target, 'utf8')).trim().split('\n');
    assert.match(header, /^seed,arm,phase,epoch,requested,/);
    assert.equal(rows.length, 4 + 3);
    const parquet = path.join(experiment, 'rows.parquet');
    const others = {
      ...answers,
      showQuickPick: (formats: readonly { readonly format: string }[]) =>
        formats.find(({ format }) => format === 'parquet'),
      showSaveDialog: () => vscode.Uri.file(parquet),
    };
    await answering(others, () => execute('experiment.export', { experiment, run: folder }));
    const bytes = await readFile(parquet);
    assert.equal(bytes.subarray(0, 4).toString(), 'PAR1');
    assert.equal(bytes.subarray(-4).toString(), 'PAR1');

    await answering({ showWarningMessage: () => undefined }, () => execute('run.delete', folder));
    assert.ok(existsSync(folder), 'a run was deleted without consent');
    const showWarningMessage = (_: string, __: unknown, consent: string): string => consent;
    await answering({ showWarningMessage }, () => execute('run.delete', folder));
    assert.ok(!existsSync(folder));
    assert.deepEqual(lab.experiments.find(experiment)?.runs, []);
  });

  it('open an experiment with its latest matrix beside it', async () => {
    await run();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await execute('experiment.open', { experiment });
    await eventually(() => {
      const inputs = vscode.window.tabGroups.all.map(({ activeTab }) => activeTab?.input);
      assert.ok(inputs.some((input) => input instanceof vscode.TabInputText));
      assert.ok(inputs.some((input) => input instanceof vscode.TabInputWebview));
    });
  });

  it('copy the examples without runs, and open them', async () => {
    const parent = path.join(root, 'copies');
    await mkdir(parent);
    try {
      const showOpenDialog = (): vscode.Uri[] => [vscode.Uri.file(parent)];
      const opened = await intercepting('vscode.openFolder', () =>
        answering({ showOpenDialog }, () => execute('examples.open')),
      );
      const folder = path.join(parent, 'polysemanticity-examples');
      assert.deepEqual(
        opened.map(([uri]) => (uri as vscode.Uri).fsPath),
        [folder],
      );
      assert.ok(existsSync(path.join(folder, 'NonLinear0', 'experiment.json')));
      for (const name of await readdir(folder)) {
        assert.ok(!existsSync(path.join(folder, name, 'runs')), name);
      }
    } finally {
      await rm(parent, { recursive: true, force: true });
      await lab.experiments.refresh();
    }
  });

  it('run a first experiment and open its matrix', async function () {
    this.timeout(300_000);
    const folder = path.join(root, 'NonLinear0');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    try {
      await answering({ showInformationMessage: () => undefined }, () => execute('examples.run'));
      assert.equal(lab.experiments.find(folder)?.runs.at(0)?.state, 'finished');
      await eventually(() => {
        const tabs = vscode.window.tabGroups.all.flatMap(({ tabs: ofGroup }) => ofGroup);
        assert.ok(tabs.some(({ input }) => input instanceof vscode.TabInputWebview));
      });
    } finally {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      await rm(folder, { recursive: true, force: true });
      await lab.experiments.refresh();
    }
  });
});
