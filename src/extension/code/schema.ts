import * as vscode from 'vscode';
import { SCHEMA_ID } from '../../core/experiment/schemaId';

/** URI scheme of the schemas, as in `polysemanticity://schemas/experiment.schema.json`. */
const SCHEME = vscode.Uri.parse(SCHEMA_ID).scheme;
const EXPERIMENT_PATH = vscode.Uri.parse(SCHEMA_ID).path;
const SCHEMA_PATH = /^\/[a-z-]+\.schema\.json$/;

/**
 * Serves the schemas that ship with the extension. The JSON language server requests them for the `$schema` of a
 * file. The schema of experiments is wrapped in `{ "if": … }`: completion and hovers still work, but the server does
 * not validate. It would report warnings without quick fixes, while `Diagnostics` reports the same as errors.
 */
export function serveSchemas({ extensionUri }: vscode.ExtensionContext): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    async provideTextDocumentContent({ authority, path }) {
      if (authority !== 'schemas' || !SCHEMA_PATH.test(path)) {
        throw vscode.FileSystemError.FileNotFound();
      }
      const file = vscode.Uri.joinPath(extensionUri, 'schemas', path);
      const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
      return path === EXPERIMENT_PATH ? JSON.stringify({ if: JSON.parse(text) as unknown }) : text;
    },
  });
}
