import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Frame, Locator } from 'playwright-core';
import { readRun, type StoredRun } from '../../../src/node/runStore/readRun';
import type { Editor } from './editor';
import { eventually } from './eventually';

/** What a person sees of the extension, by the names that it bears on screen. */

/** The row of an experiment in the sidebar, once it says how the experiment stands. */
export function experimentRow(editor: Editor, name: string, state = ''): Locator {
  return editor.treeItem(new RegExp(`^${name}, ${state}`));
}

/** Clicks an inline button of a row of the sidebar. */
export async function clickInline(row: Locator, button: string): Promise<void> {
  await row.hover();
  await row.getByRole('button', { name: button, exact: true }).click();
}

/** The page of matrices, once it shows one. A window that starts may replace its frame once more. */
export function matrixPage(editor: Editor): Promise<Frame> {
  return eventually(async () => {
    const page = await editor.webview(/: matrices of /);
    await page.locator('.facts').filter({ hasText: 'neurons' }).waitFor({ timeout: 5000 });
    return page;
  }, 60);
}

/** The charts of trajectories. */
export function trajectoriesPage(editor: Editor): Promise<Frame> {
  return editor.webview('Trajectories');
}

/** Of which moment the matrix is that is shown. */
export function momentOf(page: Frame): Locator {
  return page.locator('.time-label');
}

/** The heat map, which is one tab stop. */
export function heatMap(page: Frame): Locator {
  return page.getByLabel('Attribution matrix: neurons by features');
}

/** The number of rows that a table says it has, its head among them. */
export async function tableRows(page: Frame): Promise<number> {
  return Number(await page.locator('.table table').getAttribute('aria-rowcount'));
}

/** The latest run of an experiment in the workspace, as its files tell it. */
export async function latestRun(editor: Editor, experiment: string): Promise<StoredRun> {
  const runs = editor.path(experiment, 'runs');
  const names = (await readdir(runs)).sort();
  return readRun(path.join(runs, names[names.length - 1]));
}

/**
 * Saves by the file dialog of the editor, which proposes a place in the workspace.
 * @param ending of the file's name
 * @returns the place
 */
export async function acceptSaveDialog(editor: Editor, ending: string): Promise<string> {
  const input = editor.page.locator('.quick-input-widget input[type="text"]');
  await input.waitFor();
  const place = await eventually(async () => {
    // The dialog shows the folder first, then the name.
    const value = await input.inputValue();
    assert.ok(value.endsWith(ending), value);
    return value;
  });
  await editor.press('Enter');
  await input.waitFor({ state: 'hidden' });
  return place;
}
