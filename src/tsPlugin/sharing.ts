/*
 * To TypeScript each cell is a module of its own. To share declarations between cells, the text of every cell
 * gets an appended export of its declarations and imports of those of other cells; appending changes no
 * offsets.
 */

/** A cell and its declared names. */
export interface DeclaringCell {
  /** Fragment of the cell's URI. */
  readonly fragment: string;
  readonly names: readonly string[];
}

/** Prefix of module names for other cells of the same notebook. */
export const CELL_MODULE = 'polysemanticity-cell:';
/** The module that declares the globals of cells. */
export const GLOBALS_MODULE = 'polysemanticity-globals:';

/**
 * The text appended to a cell. A name that several other cells declare refers to the last one before the cell,
 * otherwise to the first one after it, since cells may be executed in any order.
 * @param cells all cells of the notebook in their order
 */
export function textBehind(cells: readonly DeclaringCell[], fragment: string): string {
  const place = cells.findIndex((cell) => cell.fragment === fragment);
  if (place < 0) return '';
  const known = new Set(cells[place].names);
  const nearestFirst = [...cells.slice(0, place).reverse(), ...cells.slice(place + 1)];
  const imports = nearestFirst.flatMap(({ fragment: other, names }) => {
    const wanted = names.filter((name) => !known.has(name));
    for (const name of wanted) known.add(name);
    return wanted.length > 0
      ? [`import { ${wanted.join(', ')} } from '${CELL_MODULE}${other}';`]
      : [];
  });
  const exported = `export { ${cells[place].names.join(', ')} };`;
  return ['\n;', `import '${GLOBALS_MODULE}';`, ...imports, exported, ''].join('\n');
}
