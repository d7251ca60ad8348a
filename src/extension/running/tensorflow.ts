import path from 'node:path';
import * as vscode from 'vscode';
import { FOLDER_VARIABLE, NATIVE } from '../../node/nativeTensorflow';

/** The version that the engine is tested with. */
const VERSION = '4.22.0';

/** Where the native TensorFlow of this machine is installed: an update of the extension leaves it there. */
function tensorflowFolder(context: vscode.ExtensionContext): string {
  return path.join(context.globalStorageUri.fsPath, 'tensorflow');
}

/** How the engine's process finds it. */
export function tensorflowEnvironment(context: vscode.ExtensionContext): Record<string, string> {
  return { [FOLDER_VARIABLE]: tensorflowFolder(context) };
}

/** Installs native TensorFlow where the user can watch it, once the user has agreed. */
export async function setUpTensorflow(context: vscode.ExtensionContext): Promise<void> {
  const install = vscode.l10n.t('Install');
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t('Install TensorFlow for the engine "tensorflow"?'),
    {
      modal: true,
      detail: vscode.l10n.t(
        'npm installs {0} for this extension: about 400 MB, from the npm registry and from the storage host of TensorFlow.js. Where that host cannot be reached, the engine goes on in plain JavaScript, and a clone of the project builds it from the Python wheel (npm run setup:tensorflow). The embedded engine needs none of this and is faster on small networks.',
        `${NATIVE}@${VERSION}`,
      ),
    },
    install,
  );
  if (chosen !== install) return;
  const folder = tensorflowFolder(context);
  await vscode.workspace.fs.createDirectory(vscode.Uri.file(folder));
  const terminal = vscode.window.createTerminal({ name: 'TensorFlow', cwd: folder });
  terminal.show();
  terminal.sendText(`npm install --prefix . --no-audit --no-fund ${NATIVE}@${VERSION}`);
}
