import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('the workspace of the tests', () => {
  it('is open, with its experiments', async () => {
    const found = await vscode.workspace.findFiles('*/experiment.json');
    const names = found.map((uri) => vscode.workspace.asRelativePath(uri)).sort();
    assert.deepEqual(names, ['long/experiment.json', 'quick/experiment.json']);
  });

  it('is trusted', () => {
    assert.equal(vscode.workspace.isTrusted, true);
  });
});
