import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('the workspace of the trusted suite', () => {
  it('contains the experiments of the tests', async () => {
    const found = await vscode.workspace.findFiles('*/experiment.json');
    const names = found.map((uri) => vscode.workspace.asRelativePath(uri)).sort();
    assert.deepEqual(names, ['long/experiment.json', 'quick/experiment.json']);
  });

  it('is trusted', () => {
    assert.equal(vscode.workspace.isTrusted, true);
  });
});
