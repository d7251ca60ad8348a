import * as vscode from 'vscode';
import { SCHEMA_ID } from '../../core/experiment/schemaId';

/** Scheme of the addresses of our schemas, e.g. `polysemanticity://schemas/experiment.schema.json`. */
const SCHEME = vscode.Uri.parse(SCHEMA_ID).scheme;
const KNOWN = /^\/[a-z-]+\.schema\.json$/;

/**
 * Gives the schemas that ship with the extension to whoever asks for their addresses: the JSON language
 * server does for the `$schema` of every file that it completes and validates.
 */
export function serveSchemas({ extensionUri }: vscode.ExtensionContext): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    async provideTextDocumentContent({ authority, path }) {
      if (authority !== 'schemas' || !KNOWN.test(path)) {
        throw vscode.FileSystemError.FileNotFound();
      }
      const file = vscode.Uri.joinPath(extensionUri, 'schemas', path);
      return new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
    },
  });
}
