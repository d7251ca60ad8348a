import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { root } from '../../scripts/editor/paths';
import { eventually } from './harness/eventually';
import { clickInline, experimentRow, trajectoriesPage } from './harness/lab';
import { useEditor } from './harness/useEditor';

/** Dialogs and their handling of unexpected input. */
describe('dialogs in a window', function () {
  this.timeout(180_000);
  const editor = useEditor({ workspace: path.join(root, 'test/e2e/workspace') });
  const children: ChildProcess[] = [];

  before(() => editor().openView('Polysemanticity'));
  after(() => children.forEach((child) => child.kill('SIGKILL')));

  const widget = (): Locator => editor().page.locator('.quick-input-widget');
  const input = (): Locator => widget().locator('input[type="text"]');
  const modal = (): Locator => editor().page.getByRole('dialog');

  /** Types an answer that is not valid. The step shows the reason and keeps the text. */
  async function refused(step: string, answer: string, reason: RegExp): Promise<void> {
    await widget().getByText(step).first().waitFor();
    await input().fill(answer);
    await editor().press('Enter');
    await widget().locator('.quick-input-message').filter({ hasText: reason }).waitFor();
    await widget().getByText(step).first().waitFor();
    assert.equal(await input().inputValue(), answer);
  }

  /** Opens the code of an experiment by its row, and waits until it is active, so that commands apply to it. */
  async function openText(name: string, folder: string): Promise<void> {
    await experimentRow(editor(), name).click();
    const path = editor().page.locator('.editor-group-container.active .breadcrumbs-control');
    await path.filter({ hasText: folder }).waitFor();
  }

  const fixture = (name: string): string => path.join(root, 'test/fixtures', name);

  /** Types the path of a file that cannot be imported. The step shows the reason and keeps the path. */
  async function refusedFile(step: string, file: string, reason: RegExp): Promise<void> {
    // VS Code drops the fourth notification within 800 ms, but users are slower.
    await editor().page.waitForTimeout(1000);
    await accepted(step, file);
    // The row of the path shows the start of the reason, and a notification all of it.
    await widget().locator('.monaco-list-row').filter({ hasText: reason }).first().waitFor();
    await editor().notification(reason);
    await widget().getByText(step).first().waitFor();
    assert.equal(await input().inputValue(), file);
  }

  /** Waits until the value of the file dialog is stable: the dialog sets its proposal again after reading the folder. */
  async function settled(isExpected: (value: string) => boolean): Promise<void> {
    await eventually(async () => {
      const before = await input().inputValue();
      await editor().page.waitForTimeout(1000);
      const after = await input().inputValue();
      assert.ok(before === after && isExpected(after), after);
    });
  }

  /** Types a path into VS Code's file dialog, once that shows its proposal. */
  async function typePath(place: string): Promise<void> {
    await settled((value) => value.startsWith('/'));
    await eventually(async () => {
      await input().fill(place);
      await settled((value) => value === place);
    });
    await editor().press('Enter');
  }

  async function accepted(step: string, answer?: string): Promise<void> {
    await widget().getByText(step).first().waitFor();
    if (answer !== undefined) await input().fill(answer);
    await editor().press('Enter');
  }

  it('New Experiment rejects each wrong answer at its step, and keeps the others', async () => {
    await editor().runCommand('Polysemanticity: New Experiment');
    const [name, preset, features, inputs] = ['(1/8)', '(2/8)', '(3/8)', '(4/8)'];
    const [hidden, activation, seeds, twin] = ['(5/8)', '(6/8)', '(7/8)', '(8/8)'];
    await refused(name, '', /is not a valid folder name/);
    await refused(name, '../..', /is not a valid folder name/);
    await refused(name, 'watched', /the folder already exists/);
    await refused(name, 'x'.repeat(300), /the name has 300 bytes/);
    await accepted(name, '=HYPERLINK("x") <b>$(rocket)</b>');
    await accepted(preset, 'controls');
    await refused(features, '', /not a whole number of 1 or more/);
    await refused(features, '-3', /not a whole number of 1 or more/);
    await refused(features, '99999999999999999999', /not a whole number of 1 or more/);
    await refused(features, '999999999', /999999999 is not allowed/);
    await accepted(features, '6');
    await refused(inputs, '1e3', /not a whole number of 1 or more/);
    await accepted(inputs, '3');
    await refused(hidden, '8,,4', /not a whole number/);
    await refused(hidden, '8,2000000', /2000000 is not allowed/);
    await refused(hidden, '50000,50000', /would take 10(\.\d+)? GB of memory; the limit/);
    await accepted(hidden, '8,4');
    // No row matches, so the question stays.
    await accepted(activation, 'zzz');
    await widget().getByText(activation).first().waitFor();
    await eventually(async () => assert.equal(await input().inputValue(), ''));
    await accepted(activation);
    await refused(seeds, '3..1', /is empty; write 1\.\.3/);
    await refused(seeds, '0..99999999', /at most/);
    await refused(seeds, '0..2999', /this takes about [\d.]+ GB in metrics\.jsonl, but /);
    await accepted(seeds, '7');
    // Go back to the widths, where the answer is still present, then on to the end.
    await widget().getByText(twin).first().waitFor();
    for (const before of [seeds, activation, hidden]) {
      await widget().getByRole('button', { name: 'Back' }).click();
      await widget().getByText(before).first().waitFor();
    }
    await widget().getByText(hidden).first().waitFor();
    assert.equal(await input().inputValue(), '8,4');
    await accepted(hidden);
    await accepted(activation);
    await accepted(seeds);
    await accepted(twin);
    await editor().notification(/is ready to run/);
    const folder = editor().path('=HYPERLINK( x ) b $(rocket) b');
    const {
      specimen,
      seeds: chosen,
      arms,
    } = JSON.parse(await readFile(path.join(folder, 'experiment.json'), 'utf8')) as {
      specimen: { hidden: number[] };
      seeds: number[];
      arms: { name: string }[];
    };
    assert.deepEqual([specimen.hidden, chosen], [[8, 4], [7]]);
    assert.ok(arms.some(({ name: arm }) => arm === 'random'));
  });

  it('New Experiment proposes the answers of a cancelled attempt', async () => {
    await editor().runCommand('Polysemanticity: New Experiment');
    await accepted('(1/8)', 'Left');
    await accepted('(2/8)', 'Lottery');
    await accepted('(3/8)', '11');
    await widget().getByText('(4/8)').first().waitFor();
    await editor().press('Escape');
    assert.ok(!existsSync(editor().path('Left')));
    await editor().runCommand('Polysemanticity: New Experiment');
    await widget().getByText('(1/8)').first().waitFor();
    assert.equal(await input().inputValue(), 'Left');
    await accepted('(1/8)');
    // The list proposes the preset that was chosen.
    await widget().locator('.monaco-list-row.focused', { hasText: 'Lottery' }).waitFor();
    await accepted('(2/8)');
    await widget().getByText('(3/8)').first().waitFor();
    assert.equal(await input().inputValue(), '11');
    await editor().press('Escape');
  });

  it('New Experiment says why it cannot create a folder, and creates another', async () => {
    await editor().runCommand('Polysemanticity: New Experiment');
    await accepted('(1/8)', 'Raced');
    for (const step of ['(2/8)', '(3/8)', '(4/8)', '(5/8)', '(6/8)', '(7/8)']) await accepted(step);
    await widget().getByText('(8/8)').first().waitFor();
    // Create the folder in the meantime.
    await mkdir(editor().path('Raced'));
    await accepted('(8/8)');
    await modal()
      .getByText(/the folder already exists/)
      .waitFor();
    await modal().getByRole('button', { name: 'Change Answers' }).click();
    await widget().getByText('(1/8)').first().waitFor();
    assert.equal(await input().inputValue(), 'Raced');
    await accepted('(1/8)', 'Second');
    for (const step of ['(2/8)', '(3/8)', '(4/8)', '(5/8)', '(6/8)', '(7/8)', '(8/8)'])
      await accepted(step);
    await eventually(() => assert.ok(existsSync(editor().path('Second', 'experiment.json'))));
  });

  it('an experiment that another process runs shows the process, and has no run button', async () => {
    const program = path.join(root, 'bin/polysemanticity.js');
    const child = spawn(process.execPath, [program, 'run', editor().path('long'), '--quiet'], {
      stdio: 'ignore',
    });
    children.push(child);
    const row = experimentRow(editor(), 'Long', 'running elsewhere');
    await row.waitFor({ timeout: 120_000 });
    const spoken = await row.getAttribute('aria-label');
    assert.match(spoken ?? '', new RegExp(`running elsewhere: process ${child.pid} on `));
    await row.hover();
    assert.equal(await row.getByRole('button', { name: 'Run', exact: true }).count(), 0);
    await openText('Long', 'long');
    await editor().runCommand('Polysemanticity: Run');
    const question = modal().filter({ hasText: /Long is already running: process \d+/ });
    await question.getByText(/computes the same numbers/).waitFor();
    await question.getByRole('button', { name: 'Open Trajectories' }).click();
    await trajectoriesPage(editor());
    assert.equal((await readdir(editor().path('long', 'runs'))).length, 1);
    const ended = once(child, 'exit');
    child.kill('SIGINT');
    await ended;
    await experimentRow(editor(), 'Long', 'unfinished').waitFor();
  });

  it('an ended run stays in the status bar until it is dismissed, and several runs are deleted together', async () => {
    for (let run = 0; run < 2; run++) {
      await editor().runCommand('Notifications: Clear All Notifications');
      if (run === 0) await clickInline(experimentRow(editor(), 'Second'), 'Run');
      else {
        await openText('Second', 'Second');
        await editor().runCommand('Polysemanticity: Run Again');
      }
      await editor().notification('Second is finished', 120_000);
    }
    const entry = editor().page.getByRole('button', { name: 'Second is finished' }).last();
    await entry.waitFor();
    await editor().runCommand('Polysemanticity: Show Ended Runs');
    await editor().pick('Dismiss');
    await entry.waitFor({ state: 'hidden' });
    const row = experimentRow(editor(), 'Second');
    await row.locator('.monaco-tl-twistie').click();
    const runs = editor().treeItem(/^Run of /);
    await eventually(async () => assert.ok((await runs.count()) >= 2));
    const folder = editor().path('Second', 'runs');
    assert.equal((await readdir(folder)).length, 2);
    await runs.nth(0).click();
    await runs.nth(1).click({ modifiers: ['Shift'] });
    await editor().press('Delete');
    const question = modal().filter({ hasText: 'Delete 2 runs?' });
    await question.waitFor();
    const text = await question.innerText();
    assert.equal(text.match(/Second, \d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g)?.length, 2, text);
    // A server has no trash, which the question has to say.
    assert.match(text, /there is no trash here/);
    await question.getByRole('button', { name: 'Delete Permanently' }).click();
    await eventually(async () => assert.deepEqual(await readdir(folder), []));
    await modal().waitFor({ state: 'hidden' });
  });

  it('Import PyTorch Experiment rejects each wrong file at its step, and keeps the others', async () => {
    await editor().runCommand('Notifications: Clear All Notifications');
    await editor().runCommand('Polysemanticity: Import PyTorch Experiment');
    const [data, encoder, between, model] = ['(1/8)', '(2/8)', '(3/8)', '(4/8)'];
    const [hidden, activation, twin, name] = ['(5/8)', '(6/8)', '(7/8)', '(8/8)'];
    await refusedFile(data, fixture('import-kinds/lfs.pth'), /is a Git LFS pointer/);
    await refusedFile(data, fixture('import-kinds/d.csv'), /comma-separated values \(CSV\)/);
    await refusedFile(data, fixture('import-kinds'), /is a folder, not a file/);
    await refusedFile(data, 'no such/$(x) <b>.pth', /there is no such file or folder/);
    await refusedFile(data, fixture('import/encoder.pth'), /has the parameters of a network/);
    await accepted(data, `"${fixture('import/data.pth')}"`);
    await refusedFile(encoder, fixture('import/encoder-wide.pth'), /has 5 outputs, but/);
    await refusedFile(encoder, fixture('import/data.pth'), /expected a state dict/);
    // Go back to the data: the answer is still offered.
    await widget().getByRole('button', { name: 'Back' }).click();
    await widget().getByText(data).first().waitFor();
    await editor().pick('data.pth');
    await accepted(encoder, fixture('import/encoder.pth'));
    await accepted(between);
    await refusedFile(model, fixture('import-kinds/header192.pt'), /is a safetensors file/);
    await widget().getByText(model).first().waitFor();
    // Cancel here: the next attempt proposes the answers.
    await editor().press('Escape');
    await widget().waitFor({ state: 'hidden' });
    await editor().runCommand('Polysemanticity: Import PyTorch Experiment');
    await widget().getByText(data).first().waitFor();
    await editor().pick('data.pth');
    await widget().getByText(encoder).first().waitFor();
    await editor().pick('encoder.pth');
    await accepted(between);
    await accepted(model, fixture('import/feature_model.pth'));
    await refused(hidden, '8,,4', /not a whole number/);
    await accepted(hidden, '8,4');
    await accepted(activation);
    await accepted(twin);
    await refused(name, 'watched', /the folder already exists/);
    await accepted(name, 'Brought');
    await editor().notification(/12 samples of 3 inputs and 2 outputs/);
    const made = (await readdir(editor().path('Brought'))).sort();
    assert.deepEqual(made, ['data.pth', 'encoder.pth', 'experiment.json', 'feature_model.pth']);
  });

  it('the message about a new experiment creates its notebook by a button', async () => {
    const ready = await editor().notification('Brought is ready to run');
    await ready.getByRole('button', { name: 'Create Notebook' }).click();
    const none = await editor().notification(/has no notebook yet/);
    await none.getByRole('button', { name: 'Create Notebook' }).click();
    await editor().tab('Brought.ipynb').waitFor();
    assert.ok(existsSync(editor().path('Brought', 'Brought.ipynb')));
    await editor().runCommand('View: Close All Editors');
  });

  it('Generate Toy Data says where it wrote the data, or that it was stopped', async () => {
    const slow = JSON.parse(await readFile(editor().path('long', 'experiment.json'), 'utf8')) as {
      name: string;
      data: { autoencoder: object };
    };
    slow.name = 'Slow';
    slow.data.autoencoder = { epochs: 10_000 };
    await mkdir(editor().path('slow'));
    await writeFile(editor().path('slow', 'experiment.json'), JSON.stringify(slow, null, 2));
    await openText('Slow', 'slow');
    await editor().runCommand('Polysemanticity: Generate Toy Data');
    const working = await editor().notification('Generating toy data for Slow');
    await working.getByRole('button', { name: 'Cancel' }).click();
    await editor().notification(/toy data for Slow was stopped/);
    assert.deepEqual(await readdir(editor().path('slow', 'data')), []);
    await openText('Second', 'Second');
    await editor().runCommand('Polysemanticity: Generate Toy Data');
    await editor().notification(/Wrote the toy data to .*Second/);
  });

  it('Open Examples copies the examples into the typed folder, and opens them', async () => {
    await editor().runCommand('Polysemanticity: Open Examples');
    await typePath(editor().path('not there') + '/');
    await widget().locator('.quick-input-message').filter({ hasText: /exist/ }).waitFor();
    await mkdir(editor().path('examples here'));
    const opened = editor().page.context().waitForEvent('page');
    await typePath(editor().path('examples here'));
    const copies = editor().path('examples here', 'polysemanticity-examples');
    await (await opened).close();
    await eventually(async () => assert.ok((await readdir(copies)).includes('NonLinear0')));
    // Cancelling does nothing.
    await editor().runCommand('Polysemanticity: Open Examples');
    await eventually(async () => assert.match(await input().inputValue(), /^\//));
    await editor().press('Escape');
    await widget().waitFor({ state: 'hidden' });
  });
});
