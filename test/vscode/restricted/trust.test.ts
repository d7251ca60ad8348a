import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('a workspace that nobody has trusted', () => {
  it('is restricted', () => {
    assert.equal(vscode.workspace.isTrusted, false);
  });
});
