import path from 'node:path';
import * as vscode from 'vscode';
import { Stopped } from '../../core/stop';
import { FOLDER_VARIABLE, NATIVE } from '../../node/compute/tensorflow/native';
import { plainMessage, showErrorMessage, showInformationMessage } from '../plainText';

/** The version of tfjs-node that the engine is tested with. */
const VERSION = '4.22.0';

/** Characters of npm's output that fit into the progress notification. */
const MAX_CHARACTERS = 80;

/** Where native TensorFlow is installed. Updates of the extension keep this folder. */
function tensorflowFolder(context: vscode.ExtensionContext): string {
  return path.join(context.globalStorageUri.fsPath, 'tensorflow');
}

/** Environment variables that tell the engine process where TensorFlow is. */
export function tensorflowEnvironment(context: vscode.ExtensionContext): Record<string, string> {
  return { [FOLDER_VARIABLE]: tensorflowFolder(context) };
}

/** Installs native TensorFlow after the user agrees. The output of npm goes to the log. */
export async function setUpTensorflow(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
): Promise<void> {
  const install = vscode.l10n.t('Install');
  const chosen = await showInformationMessage(
    vscode.l10n.t('Install TensorFlow for the engine "tensorflow"?'),
    {
      modal: true,
      detail: vscode.l10n.t(
        'npm installs {0} for this extension: about 400 MB, from the npm registry and the storage host of TensorFlow.js. If that host cannot be reached, the engine falls back to plain JavaScript; a clone of the project can build it from the Python wheel (npm run setup:tensorflow). The embedded engine needs none of this and is faster on small networks.',
        `${NATIVE}@${VERSION}`,
      ),
    },
    install,
  );
  if (chosen !== install) return;
  const folder = tensorflowFolder(context);
  await vscode.workspace.fs.createDirectory(vscode.Uri.file(folder));
  const { installTensorflow } = await import('../../node/compute/tensorflow/install');
  const title = vscode.l10n.t('Installing TensorFlow');
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  try {
    await vscode.window.withProgress(options, (progress, token) => {
      const controller = new AbortController();
      token.onCancellationRequested(() => controller.abort());
      const onLine = (line: string): void => {
        log.info(`TensorFlow: ${line}`);
        progress.report({ message: plainMessage(line.slice(0, MAX_CHARACTERS)) });
      };
      return installTensorflow({ folder, version: VERSION, onLine, signal: controller.signal });
    });
    void showInformationMessage(
      vscode.l10n.t('TensorFlow {0} is installed and works. The next run can use it.', VERSION),
    );
  } catch (error) {
    if (error instanceof Stopped) {
      void showInformationMessage(vscode.l10n.t('The installation of TensorFlow was cancelled.'));
      return;
    }
    const reason = error instanceof Error ? error.message : String(error);
    log.error(reason);
    const showLog = vscode.l10n.t('Show Log');
    if ((await showErrorMessage(reason, showLog)) === showLog) log.show();
  }
}
