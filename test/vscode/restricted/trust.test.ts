import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('the workspace of the restricted suite', () => {
  it('is not trusted', () => {
    assert.equal(vscode.workspace.isTrusted, false);
  });
});
