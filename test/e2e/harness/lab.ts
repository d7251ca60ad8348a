import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Frame, Locator } from 'playwright-core';
import { readRun, type StoredRun } from '../../../src/node/runStore/readRun';
import type { Editor } from './editor';
import { eventually } from './eventually';

/*
 * Parts of the extension, located by the names that users see.
 */

/** The row of an experiment in the sidebar, optionally only in a certain state. */
export function experimentRow(editor: Editor, name: string, state = ''): Locator {
  return editor.treeItem(new RegExp(`^${name}, ${state}`));
}

/** Clicks an inline button of a row in the sidebar. */
export async function clickInline(row: Locator, button: string): Promise<void> {
  await row.hover();
  await row.getByRole('button', { name: button, exact: true }).click();
}

/** Waits for the page with matrices. Tries again, because a starting window may replace its frame. */
export function matrixPage(editor: Editor): Promise<Frame> {
  return eventually(async () => {
    const page = await editor.webview(/: matrices of /);
    await page.locator('.facts').filter({ hasText: 'neurons' }).waitFor({ timeout: 5000 });
    return page;
  }, 60);
}

/** Waits for the page with trajectories. */
export function trajectoriesPage(editor: Editor): Promise<Frame> {
  return editor.webview('Trajectories');
}

/** The label with the moment of the shown matrix, such as `epoch 14`. */
export function momentOf(page: Frame): Locator {
  return page.locator('.time-label');
}

/** The heat map, which is a single tab stop. */
export function heatMap(page: Frame): Locator {
  return page.getByLabel('Attribution matrix: neurons by features');
}

/** The number of rows of the table, including its header, by its ARIA attribute. */
export async function tableRows(page: Frame): Promise<number> {
  return Number(await page.locator('.table table').getAttribute('aria-rowcount'));
}

/** Reads the latest run of an experiment in the workspace. */
export async function latestRun(editor: Editor, experiment: string): Promise<StoredRun> {
  const runs = editor.path(experiment, 'runs');
  const names = (await readdir(runs)).sort();
  return readRun(path.join(runs, names[names.length - 1]));
}

/**
 * Accepts the path that VS Code's save dialog proposes.
 * @param ending of the file name
 * @returns the path
 */
export async function acceptSaveDialog(editor: Editor, ending: string): Promise<string> {
  const input = editor.page.locator('.quick-input-widget input[type="text"]');
  await input.waitFor();
  const place = await eventually(async () => {
    // The dialog first shows the folder, then adds the name.
    const value = await input.inputValue();
    assert.ok(value.endsWith(ending), value);
    return value;
  });
  await editor.press('Enter');
  await input.waitFor({ state: 'hidden' });
  return place;
}
