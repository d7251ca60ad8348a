import type {
  ExportNamedDeclaration,
  ImportDeclaration,
  Node,
  Pattern,
  Program,
  VariableDeclaration,
} from 'acorn';
import { full, simple } from 'acorn-walk';
import type MagicString from 'magic-string';

/** The names that a cell declares for all cells after it. */
export interface CellNames {
  /** Keep their old value until they are assigned: `let`, `const`, `class`, `import`. */
  readonly declared: readonly string[];
  /** Undefined when the cell starts: `var`. */
  readonly reset: readonly string[];
}

type Refuse = (message: string, node: Node) => never;

/** Parameter of the cell's function, which the inserted code uses. */
export const CELL = '$cell';

/** Rewrites a cell in place. Top-level declarations become variables outside of the cell. */
export function rewriteCell(program: Program, text: MagicString, refuse: Refuse): CellNames {
  const declared: string[] = [];
  const reset: string[] = [];
  const imports: ImportDeclaration[] = [];
  const functions: string[] = [];

  for (const statement of program.body) {
    const node = declarationOf(statement, text, refuse);
    if (node.type === 'ImportDeclaration') {
      imports.push(node);
      declared.push(...node.specifiers.map(({ local }) => local.name));
      text.overwrite(node.start, node.end, blankLines(text.slice(node.start, node.end)));
    } else if (node.type === 'FunctionDeclaration') {
      declared.push(node.id.name);
      functions.push(node.id.name);
    } else if (node.type === 'ClassDeclaration') {
      declared.push(node.id.name);
      text.appendLeft(node.start, `${node.id.name} = `);
      text.appendRight(node.end, ';');
    } else if (node.type === 'VariableDeclaration' && node.kind !== 'var') {
      const names = node.declarations.flatMap(({ id }) => namesIn(id));
      declared.push(...names);
      assignInstead(node, text, true);
      if (node.kind === 'const') text.appendRight(node.end, frozen(names));
    }
  }
  forEachVar(program, (node, parent) => {
    reset.push(...node.declarations.flatMap(({ id }) => namesIn(id)));
    assignInstead(node, text, !isLoopHead(node, parent));
  });
  rewriteImportCalls(program, text);
  storeLast(program, text);

  const hoisted = [
    ...functions.map((name) => `${CELL}.define(${JSON.stringify(name)}, ${name});`),
    ...imports.map(importCall),
  ];
  text.prepend(hoisted.join(''));
  return { declared, reset };
}

type Statement = Exclude<Program['body'][number], ExportNamedDeclaration>;

/** The declaration in an export, since later cells see all variables anyway. */
function declarationOf(
  statement: Program['body'][number],
  text: MagicString,
  refuse: Refuse,
): Statement {
  if (statement.type !== 'ExportNamedDeclaration') {
    return statement.type.startsWith('Export') ? refuse(EXPORTS_NOTHING, statement) : statement;
  }
  const { declaration } = statement;
  if (!declaration) return refuse(EXPORTS_NOTHING, statement);
  text.remove(statement.start, declaration.start);
  return declaration;
}

const EXPORTS_NOTHING = 'cells cannot export: later cells see all variables anyway';

/**
 * `const { a } = f(), b = 1` → `void ({ a } = f(), b = 1)`; `let c` → `void (c = undefined)`. `void` starts a new
 * statement even if the line before has no semicolon.
 */
function assignInstead(node: VariableDeclaration, text: MagicString, statement: boolean): void {
  const [first] = node.declarations;
  const last = node.declarations[node.declarations.length - 1];
  text.overwrite(node.start, first.start, statement ? 'void (' : '');
  if (node.kind !== 'var') {
    for (const { id, init } of node.declarations)
      if (!init) text.appendLeft(id.end, ' = undefined');
  }
  if (!statement) return;
  text.appendLeft(last.end, ')');
  if (text.original[node.end - 1] !== ';') text.appendLeft(last.end, ';');
}

function frozen(names: readonly string[]): string {
  return names.length === 0 ? '' : ` ${CELL}.freeze(${JSON.stringify(names)});`;
}

/** Keeps only the line ends of a text. */
function blankLines(text: string): string {
  return `;${text.replace(/[^\n]+/g, '')}`;
}

function namesIn(pattern: Pattern): string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name];
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) =>
        namesIn(property.type === 'RestElement' ? property.argument : property.value),
      );
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element ? namesIn(element) : []));
    case 'RestElement':
      return namesIn(pattern.argument);
    case 'AssignmentPattern':
      return namesIn(pattern.left);
    case 'MemberExpression':
      return [];
  }
}

type VisitVar = (node: VariableDeclaration, parent: Node) => void;

/** Visits every `var` of the cell's own scope, including those in blocks and loops. */
function forEachVar(program: Program, visit: VisitVar): void {
  const inner: Node[] = [];
  const found: { node: VariableDeclaration; parent: Node }[] = [];
  full(program, (node) => {
    if (/Function|^Class|^StaticBlock/.test(node.type)) inner.push(node);
    for (const value of Object.values(node) as unknown[]) {
      for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) {
        if (isVar(child)) found.push({ node: child, parent: node });
      }
    }
  });
  const seen = new Set<Node>();
  for (const { node, parent } of found) {
    const isInner = inner.some(({ start, end }) => start <= node.start && node.end <= end);
    if (isInner || seen.has(node)) continue;
    seen.add(node);
    visit(node, parent);
  }
}

function isVar(value: unknown): value is VariableDeclaration {
  const node = value as Partial<VariableDeclaration> | null | undefined;
  return node?.type === 'VariableDeclaration' && node.kind === 'var';
}

function isLoopHead(node: Node, parent: Node): boolean {
  const { type, init, left } = parent as Node & { init?: Node; left?: Node };
  return /^For/.test(type) && (init === node || left === node);
}

/** `import(x)` is relative to the notebook, and so is `import.meta`. */
function rewriteImportCalls(program: Program, text: MagicString): void {
  simple(program, {
    ImportExpression: ({ start }) =>
      void text.overwrite(start, start + 'import'.length, `${CELL}.import`),
    MetaProperty: ({ start, end, meta }) => {
      if (meta.name === 'import') text.overwrite(start, end, `${CELL}.meta`);
    },
  });
}

/** Stores the value of the last statement if it is an expression. */
function storeLast(program: Program, text: MagicString): void {
  const last = program.body.at(-1);
  if (last?.type !== 'ExpressionStatement') return;
  const end = text.original[last.end - 1] === ';' ? last.end - 1 : last.end;
  text.appendRight(last.start, `${CELL}.last = (`);
  text.appendLeft(end, ')');
}

/** Turns an import into a call; a missing export throws when it is used. */
function importCall({ source, specifiers, attributes }: ImportDeclaration): string {
  const bindings = specifiers.map((specifier): [string, string | null] => {
    switch (specifier.type) {
      case 'ImportDefaultSpecifier':
        return [specifier.local.name, 'default'];
      case 'ImportNamespaceSpecifier':
        return [specifier.local.name, null];
      case 'ImportSpecifier': {
        const { imported, local } = specifier;
        return [
          local.name,
          imported.type === 'Identifier' ? imported.name : String(imported.value),
        ];
      }
    }
  });
  const options = attributes.map((attribute): [string, unknown] => [
    attribute.key.type === 'Identifier' ? attribute.key.name : String(attribute.key.value),
    attribute.value.value,
  ]);
  const args = [source.value, bindings, Object.fromEntries(options)].map((x) => JSON.stringify(x));
  return `await ${CELL}.bind(${args.join(', ')});`;
}
