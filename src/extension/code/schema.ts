import * as vscode from 'vscode';
import { SCHEMA_ID } from '../../core/experiment/schemaId';

/** Scheme of the addresses of our schemas, e.g. `polysemanticity://schemas/experiment.schema.json`. */
const SCHEME = vscode.Uri.parse(SCHEMA_ID).scheme;
const OF_EXPERIMENTS = vscode.Uri.parse(SCHEMA_ID).path;
const KNOWN = /^\/[a-z-]+\.schema\.json$/;

/**
 * Gives the schemas that ship with the extension to whoever asks for their addresses: the JSON language
 * server does for the `$schema` of every file that it completes and explains. That of experiments it gets
 * as a condition, which completes and explains all the same but reports nothing: it would report as
 * warnings, without an answer, what keeps an experiment from being run. `Diagnostics` reports it as errors.
 */
export function serveSchemas({ extensionUri }: vscode.ExtensionContext): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    async provideTextDocumentContent({ authority, path }) {
      if (authority !== 'schemas' || !KNOWN.test(path)) {
        throw vscode.FileSystemError.FileNotFound();
      }
      const file = vscode.Uri.joinPath(extensionUri, 'schemas', path);
      const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
      return path === OF_EXPERIMENTS ? JSON.stringify({ if: JSON.parse(text) as unknown }) : text;
    },
  });
}
