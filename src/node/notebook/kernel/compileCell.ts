import { SourceMap } from 'node:module';
import type { Node, Program } from 'acorn';
import { parse } from 'acorn';
import MagicString from 'magic-string';
import { transform } from 'sucrase';
import type { CellLanguage } from '../../../protocol/kernel';
import { rewriteCell, type CellNames } from './rewriteCell';

/** 1-based place in a cell. */
export interface CellPlace {
  readonly line: number;
  readonly column: number;
}

/** An executable cell. */
export interface CompiledCell extends CellNames {
  /** Body of an async function with the parameter `$cell`, through which it imports and defines variables. */
  readonly body: string;
  /** Maps a place in the body to the cell. */
  readonly origin: (place: CellPlace) => CellPlace;
}

/** A cell has a syntax error. */
export class CellSyntaxError extends SyntaxError {
  constructor(
    message: string,
    readonly place: CellPlace | undefined,
  ) {
    super(message);
    this.name = 'SyntaxError';
  }
}

/**
 * Compiles a cell to a function body: strips types, turns top-level declarations into assignments to variables
 * that outlive the cell and imports into calls, and stores the value of the last expression.
 * @throws CellSyntaxError
 */
export function compileCell(code: string, language: CellLanguage): CompiledCell {
  const stripped = language === 'typescript' ? stripTypes(code) : { code, origin: same };
  const program = parseProgram(stripped.code, stripped.origin);
  const text = new MagicString(stripped.code);
  const names = rewriteCell(program, text, (message, node) => {
    throw new CellSyntaxError(message, stripped.origin(startOf(node)));
  });
  const origin = originIn(text.generateMap({ hires: true }).toString());
  return {
    ...names,
    body: text.toString(),
    origin: (place) => stripped.origin(origin(place)),
  };
}

interface Stripped {
  readonly code: string;
  readonly origin: (place: CellPlace) => CellPlace;
}

const same = (place: CellPlace): CellPlace => place;

/** Strips types; lines stay the same. */
function stripTypes(code: string): Stripped {
  try {
    const result = transform(code, {
      transforms: ['typescript'],
      // Later cells may use an import.
      keepUnusedImports: true,
      disableESTransforms: true,
      sourceMapOptions: { compiledFilename: 'cell' },
      filePath: 'cell',
    });
    return { code: result.code, origin: originIn(JSON.stringify(result.sourceMap)) };
  } catch (error) {
    throw syntaxError(error, same);
  }
}

function parseProgram(code: string, origin: (place: CellPlace) => CellPlace): Program {
  try {
    return parse(code, {
      ecmaVersion: 'latest',
      sourceType: 'module',
      allowAwaitOutsideFunction: true,
      allowHashBang: true,
      locations: true,
    });
  } catch (error) {
    throw syntaxError(error, origin);
  }
}

/** Removes the place from the message, since errors have it as a field; sucrase counts columns from 1. */
function syntaxError(error: unknown, origin: (place: CellPlace) => CellPlace): CellSyntaxError {
  const { message, loc } = error as Error & { loc?: { line: number; column: number } };
  const plain = message.replace(/^Error transforming cell: /, '').replace(/ \(\d+:\d+\)$/, '');
  const fromZero = error instanceof SyntaxError && 'raisedAt' in error;
  const place = loc && origin({ line: loc.line, column: loc.column + (fromZero ? 1 : 0) });
  return new CellSyntaxError(plain, place);
}

function startOf({ loc }: Node): CellPlace {
  return { line: loc?.start.line ?? 1, column: (loc?.start.column ?? 0) + 1 };
}

/** How many columns of inserted text to skip in search of original text. */
const FARTHEST = 80;

/** Maps places by a source map of text whose lines are unchanged. */
function originIn(map: string): (place: CellPlace) => CellPlace {
  const sources = new SourceMap(JSON.parse(map) as ConstructorParameters<typeof SourceMap>[0]);
  return ({ line, column }) => {
    for (let from = column - 1; from < column + FARTHEST; from++) {
      const entry = sources.findEntry(line - 1, from);
      if (!('originalLine' in entry) || entry.generatedLine !== line - 1) continue;
      // Between two mappings, text is unchanged.
      return { line, column: entry.originalColumn + (from - entry.generatedColumn) + 1 };
    }
    return { line, column };
  };
}
