import { createHash } from 'node:crypto';
import { KERNELSPEC, LANGUAGE_INFO } from '../nbformat/notebookFile';
import type { Notebook } from '../nbformat/schema';

/** A cell of a new notebook. */
export type NewCell = { readonly markdown: string } | { readonly code: string };

/** A notebook with unexecuted cells. Equal cells give equal notebooks, including ids. */
export function newNotebook(cells: readonly NewCell[]): Notebook {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { ...KERNELSPEC }, language_info: { ...LANGUAGE_INFO } },
    cells: cells.map((cell, place) => {
      const source = 'code' in cell ? cell.code : cell.markdown;
      const id = createHash('sha256').update(`${place}\n${source}`).digest('hex').slice(0, 8);
      return 'code' in cell
        ? { id, cell_type: 'code', execution_count: null, metadata: {}, outputs: [], source }
        : { id, cell_type: 'markdown', metadata: {}, source };
    }),
  };
}
