import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/*
 * Collects the translatable strings of the extension.
 */

const root = path.resolve(__dirname, '..');

/** The file with the strings, from which translations are made. */
export const BUNDLE = path.join(root, 'l10n', 'bundle.l10n.json');

/**
 * All translatable strings, each with itself as value, in the format of VS Code.
 * @throws Error if an argument of `l10n.t` is not a string literal, so that it cannot be collected
 */
export function collectWords(): Record<string, string> {
  const files = ts.sys.readDirectory(path.join(root, 'src', 'extension'), ['.ts']);
  const words = new Set(files.flatMap(wordsOf));
  return Object.fromEntries([...words].sort().map((word) => [word, word]));
}

function wordsOf(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && isTranslation(node.expression)) {
      const [word] = node.arguments;
      if (!ts.isStringLiteralLike(word)) {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
        throw new Error(`${path.relative(root, file)}:${line + 1}: a string is translated unseen`);
      }
      found.push(word.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** `l10n.t`, `vscode.l10n.t` */
function isTranslation(called: ts.Expression): boolean {
  if (!ts.isPropertyAccessExpression(called) || called.name.text !== 't') return false;
  const { expression: of } = called;
  return ts.isIdentifier(of)
    ? of.text === 'l10n'
    : ts.isPropertyAccessExpression(of) && of.name.text === 'l10n';
}
