/** A cell by its file name in the TypeScript server. */
export interface CellFile {
  /** Path of the notebook, with `/`. */
  readonly notebook: string;
  /** Fragment of the cell's URI. */
  readonly fragment: string;
  /** Prefix before the fragment that all cells of the notebook share. */
  readonly stem: string;
}

/**
 * `^/vscode-notebook-cell/<authority>/<path>#<fragment>`, sometimes behind the folder of the project; in a
 * browser without the `^`.
 */
const CELL = /(\^?\/vscode-notebook-cell\/[^/]*(\/.+))#([^#/]+)$/;

/** The cell with this file name; undefined for any other file. */
export function cellOf(file: string): CellFile | undefined {
  const found = CELL.exec(file);
  if (!found) return undefined;
  const [, stem, notebook, fragment] = found;
  return { notebook, fragment, stem };
}

/** The file name of another cell of the same notebook. */
export function siblingOf({ stem }: CellFile, fragment: string): string {
  return `${stem}#${fragment}`;
}
