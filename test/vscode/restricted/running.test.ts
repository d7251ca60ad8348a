import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { labOf } from '../harness/lab';

describe('running in an untrusted workspace', () => {
  it('is refused with a reason, and writes no files', async () => {
    const { runs } = await labOf();
    const experiment = path.join(vscode.workspace.workspaceFolders![0].uri.fsPath, 'quick');
    const end = await runs.run({ experiment });
    assert.ok(end.state === 'failed');
    assert.match(end.reason, /Restricted Mode/);
    assert.deepEqual(runs.active, []);
    assert.ok(!existsSync(path.join(experiment, 'runs')));
  });
});
