/*
 * Cells of a notebook see what other cells declare, though to TypeScript each is a file. Behind the text
 * of every cell, where it moves nothing, stand an export of all it declares and imports of all it does not.
 */

/** A cell and what it declares. */
export interface DeclaringCell {
  /** Of the cell's URI. */
  readonly fragment: string;
  readonly names: readonly string[];
}

/** The module that stands for another cell of the same notebook. */
export const CELL_MODULE = 'polysemanticity-cell:';
/** The module that declares what cells have without an import. */
export const GLOBALS_MODULE = 'polysemanticity-globals:';

/**
 * What stands behind the text of a cell. A name that several others declare is that of the last before
 * it, else of the first after it: cells may be executed in any order.
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
