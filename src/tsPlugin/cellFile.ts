/** A cell as the TypeScript server names its text. */
export interface CellFile {
  /** Path of the notebook, with `/`. */
  readonly notebook: string;
  /** Of the cell's URI. */
  readonly fragment: string;
  /** What comes before the fragment in the names of all cells of the notebook. */
  readonly stem: string;
}

/**
 * `^/vscode-notebook-cell/<authority>/<path>#<fragment>`, sometimes behind the folder of the project; in a
 * browser without the `^`.
 */
const CELL = /(\^?\/vscode-notebook-cell\/[^/]*(\/.+))#([^#/]+)$/;

/** The cell whose text has this name; undefined for any other file. */
export function cellOf(file: string): CellFile | undefined {
  const found = CELL.exec(file);
  if (!found) return undefined;
  const [, stem, notebook, fragment] = found;
  return { notebook, fragment, stem };
}

/** The name of the text of another cell of the same notebook. */
export function siblingOf({ stem }: CellFile, fragment: string): string {
  return `${stem}#${fragment}`;
}
