import type ts from 'typescript';

/** Top-level declarations of a cell, visible in other cells: variables, functions, classes, types, imports. */
export function topLevelNames(typescript: typeof ts, text: string): string[] {
  const { SyntaxKind } = typescript;
  const source = typescript.createSourceFile('cell.ts', text, typescript.ScriptTarget.Latest);
  const names = new Set<string>();
  const add = (name: ts.BindingName): void => {
    if (typescript.isIdentifier(name)) {
      if (name.text !== '') names.add(name.text);
      return;
    }
    for (const element of name.elements) {
      if (typescript.isBindingElement(element)) add(element.name);
    }
  };
  for (const statement of source.statements) {
    if (typescript.isVariableStatement(statement)) {
      for (const { name } of statement.declarationList.declarations) add(name);
    } else if (typescript.isImportDeclaration(statement)) {
      for (const name of importedNames(typescript, statement)) add(name);
    } else if (
      typescript.isFunctionDeclaration(statement) ||
      typescript.isClassDeclaration(statement) ||
      typescript.isInterfaceDeclaration(statement) ||
      typescript.isTypeAliasDeclaration(statement) ||
      typescript.isEnumDeclaration(statement)
    ) {
      const isDefault = statement.modifiers?.some(({ kind }) => kind === SyntaxKind.DefaultKeyword);
      if (statement.name && !isDefault) add(statement.name);
    }
  }
  return [...names];
}

function importedNames(
  typescript: typeof ts,
  { importClause }: ts.ImportDeclaration,
): ts.Identifier[] {
  if (!importClause) return [];
  const { name, namedBindings } = importClause;
  const bound = !namedBindings
    ? []
    : typescript.isNamespaceImport(namedBindings)
      ? [namedBindings.name]
      : namedBindings.elements.map((element) => element.name);
  return name ? [name, ...bound] : bound;
}
