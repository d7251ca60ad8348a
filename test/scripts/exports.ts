import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/*
 * Which names files export, and which of them others import, read from the syntax alone: a name is looked up
 * where its import says, so that nothing has to be compiled.
 */

/** A name that a file exports. */
export interface ExportedName {
  /** Absolute path. */
  readonly file: string;
  readonly name: string;
  readonly isType: boolean;
  /** Whether the file itself uses it beside its declaration. */
  readonly isUsedWithin: boolean;
}

/** What the files at hand export and import of each other. */
export interface Exports {
  readonly exported: readonly ExportedName[];
  /** The files that import a name, by `<file>#<name>`; `<file>#*` where all names may be meant. */
  readonly importers: ReadonlyMap<string, ReadonlySet<string>>;
}

export function readExports(files: readonly string[]): Exports {
  const exported: ExportedName[] = [];
  const importers = new Map<string, Set<string>>();
  const use = (from: string, specifier: string, name: string): void => {
    const target = resolveImport(from, specifier);
    if (!target) return;
    const key = `${target}#${name}`;
    importers.set(key, (importers.get(key) ?? new Set()).add(from));
  };
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
    exported.push(...exportsOf(source));
    importsOf(source, (specifier, name) => use(file, specifier, name));
  }
  return { exported, importers };
}

function exportsOf(source: ts.SourceFile): ExportedName[] {
  const types = new Set<string>();
  const names = source.statements.flatMap((statement): string[] => {
    if (ts.isExportDeclaration(statement)) {
      const clause = statement.exportClause;
      return clause && ts.isNamedExports(clause)
        ? clause.elements.map(({ name }) => name.text)
        : [];
    }
    const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
    if (!modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations.flatMap(({ name }) => boundNames(name));
    }
    const { name } = statement as ts.DeclarationStatement;
    if (!name || !ts.isIdentifier(name)) return [];
    if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) {
      types.add(name.text);
    }
    return [name.text];
  });
  return [...new Set(names)].map((name) => {
    const isUsedWithin = source.statements.some(
      (statement) => !declares(statement, name) && mentions(statement, name),
    );
    return { file: source.fileName, name, isType: types.has(name), isUsedWithin };
  });
}

function boundNames(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) =>
    ts.isOmittedExpression(element) ? [] : boundNames(element.name),
  );
}

/** Whether a statement is the declaration of a name, or an overload of it: what it says of itself is no use. */
function declares(statement: ts.Statement, name: string): boolean {
  if (ts.isVariableStatement(statement)) {
    const { declarations } = statement.declarationList;
    return declarations.length === 1 && boundNames(declarations[0].name).includes(name);
  }
  const declared = (statement as ts.DeclarationStatement).name;
  return declared !== undefined && ts.isIdentifier(declared) && declared.text === name;
}

function mentions(node: ts.Node, name: string): boolean {
  if (ts.isIdentifier(node) && node.text === name) return true;
  return ts.forEachChild(node, (child) => mentions(child, name) || undefined) ?? false;
}

function importsOf(source: ts.SourceFile, use: (specifier: string, name: string) => void): void {
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      const specifier = node.moduleSpecifier.text;
      const bindings = node.importClause?.namedBindings;
      if (bindings && ts.isNamedImports(bindings)) {
        for (const { name, propertyName } of bindings.elements) {
          use(specifier, (propertyName ?? name).text);
        }
      } else if (bindings) {
        for (const name of namesWithin(source, bindings.name.text)) use(specifier, name);
      }
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
      const { text } = node.moduleSpecifier as ts.StringLiteral;
      const clause = node.exportClause;
      if (clause && ts.isNamedExports(clause)) {
        for (const { name, propertyName } of clause.elements)
          use(text, (propertyName ?? name).text);
      } else use(text, '*');
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [target] = node.arguments;
      if (target && ts.isStringLiteral(target)) {
        for (const name of namesOfImport(node)) use(target.text, name);
      }
    } else if (ts.isImportTypeNode(node)) {
      const { argument, qualifier } = node;
      if (ts.isLiteralTypeNode(argument) && ts.isStringLiteral(argument.literal)) {
        use(argument.literal.text, qualifier && ts.isIdentifier(qualifier) ? qualifier.text : '*');
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
}

/** The names that a file uses of a namespace: `lab.run`, `lab.Run`; all where it is handed on whole. */
function namesWithin(source: ts.SourceFile, namespace: string): string[] {
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && node.text === namespace && !ts.isNamespaceImport(node.parent)) {
      const { parent } = node;
      if (ts.isPropertyAccessExpression(parent) && parent.expression === node) {
        names.push(parent.name.text);
      } else if (ts.isQualifiedName(parent) && parent.left === node) names.push(parent.right.text);
      else if (!ts.isPropertyAccessExpression(parent)) names.push('*');
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return names;
}

/** The names that are taken of `import('…')`: `const { run } = await import('…')`, `(await import('…')).run`. */
function namesOfImport(call: ts.CallExpression): string[] {
  let node: ts.Node = call.parent;
  while (ts.isAwaitExpression(node) || ts.isParenthesizedExpression(node)) node = node.parent;
  if (ts.isPropertyAccessExpression(node) && node.name.text !== 'then') return [node.name.text];
  if (ts.isVariableDeclaration(node) && ts.isObjectBindingPattern(node.name)) {
    return node.name.elements.map(({ name, propertyName }) => (propertyName ?? name).getText());
  }
  return ['*'];
}

function resolveImport(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const place = path.resolve(path.dirname(from), specifier);
  return [`${place}.ts`, path.join(place, 'index.ts'), place].find(
    (file) => file.endsWith('.ts') && existsSync(file),
  );
}
