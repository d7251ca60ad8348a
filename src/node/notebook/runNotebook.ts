import path from 'node:path';
import { invalid, LabError, show } from '../../core/errors';
import { Stopped } from '../../core/stop';
import type { CellError, CellLanguage } from '../../protocol/kernel';
import { FILE_KINDS } from '../files/fileKinds';
import { readText, writeFileAtomic } from '../files/files';
import { KernelClient, type CellOutcome, type KernelOptions } from './kernelClient';
import { errorOutput, NotebookOutputs } from './nbformat/cellOutputs';
import { readNotebook, sourceOf } from './nbformat/notebookFile';
import { rewriteNotebook } from './nbformat/rewriteNotebook';
import type { CodeCell, Notebook } from './nbformat/schema';

/** Progress of executing a notebook. */
export interface CellProgress {
  /** Number of the cell among the executed ones, from 1. */
  readonly place: number;
  readonly of: number;
  readonly code: string;
}

export interface RunNotebookOptions {
  /** Output file; the same file unless given. */
  readonly out?: string;
  /** Milliseconds per cell. */
  readonly timeout?: number;
  /** Continues after a failed cell. */
  readonly allowErrors?: boolean;
  readonly signal?: AbortSignal;
  readonly onCell?: (cell: CellProgress) => void;
  readonly onCellDone?: (cell: CellProgress, outcome: CellOutcome) => void;
  /** The kernel's bundle; the one beside this program unless given. */
  readonly bundle?: KernelOptions['bundle'];
}

/**
 * Executes the code cells of a notebook in order in a new kernel, and writes it back with their outputs, even if
 * it is stopped or a cell fails. Cells that were not reached stay unchanged.
 * @returns the numbers of executed and failed cells
 * @throws Stopped when the signal is set
 * @throws LabError when it is not a notebook for this kernel, a cell fails, or the file cannot be written
 */
export async function runNotebook(
  file: string,
  options: RunNotebookOptions = {},
): Promise<{ executed: number; failed: number }> {
  const source = path.resolve(file);
  const text = await readText(source, FILE_KINDS.notebook);
  const notebook = readNotebook(text, file);
  const executed = new Set<number>();
  const cells = codeCells(notebook, file);
  const { signal } = options;
  if (signal?.aborted) throw new Stopped();
  const kernel = new KernelClient({ folder: path.dirname(source), bundle: options.bundle });
  const stop = (): void => void kernel.interrupt();
  signal?.addEventListener('abort', stop);
  try {
    // Started first, so that it does not count towards the first cell's timeout.
    await kernel.start();
    return await executeCells(cells, kernel, file, options, executed);
  } finally {
    signal?.removeEventListener('abort', stop);
    await kernel.dispose();
    const written = rewriteNotebook(text, notebook, executed);
    await writeFileAtomic(path.resolve(options.out ?? file), written);
  }
}

interface ExecutableCell {
  readonly cell: CodeCell;
  /** Its index among all cells. */
  readonly index: number;
  readonly language: CellLanguage;
}

async function executeCells(
  cells: readonly ExecutableCell[],
  kernel: KernelClient,
  file: string,
  { allowErrors, timeout, signal, onCell, onCellDone }: RunNotebookOptions,
  executed: Set<number>,
): Promise<{ executed: number; failed: number }> {
  const outputs = new NotebookOutputs();
  let failed = 0;
  for (const [i, { cell, index, language }] of cells.entries()) {
    if (signal?.aborted) throw new Stopped();
    const count = i + 1;
    const progress: CellProgress = { place: count, of: cells.length, code: sourceOf(cell) };
    onCell?.(progress);
    cell.execution_count = count;
    cell.outputs = [];
    executed.add(index);
    const request = { cell: String(index), count, code: progress.code, language };
    const { outcome, late } = await executeWithin(timeout, kernel, () =>
      kernel.execute(request, (output) => outputs.add(cell.outputs, output, count)),
    );
    onCellDone?.(progress, outcome);
    if (outcome.status === 'ok') continue;
    const error = late ? timedOut(timeout) : outcome.error;
    cell.outputs.push(errorOutput(error));
    if (signal?.aborted) throw new Stopped();
    failed++;
    if (!allowErrors && !mayFail(cell)) throw cellError(error, outcome, { file, index });
  }
  return { executed: cells.length, failed };
}

async function executeWithin(
  timeout: number | undefined,
  kernel: KernelClient,
  execute: () => Promise<CellOutcome>,
): Promise<{ outcome: CellOutcome; late: boolean }> {
  let late = false;
  const timer =
    timeout === undefined
      ? undefined
      : setTimeout(() => {
          late = true;
          void kernel.interrupt();
        }, timeout);
  try {
    return { outcome: await execute(), late };
  } finally {
    clearTimeout(timer);
  }
}

function timedOut(timeout = 0): CellError {
  const message = `the cell took longer than ${timeout / 1000} s`;
  return { name: 'TimedOut', message, stack: `TimedOut: ${message}` };
}

function cellError(
  { name, message, line }: CellError,
  { status }: CellOutcome,
  { file, index }: { file: string; index: number },
): LabError {
  const where = line === undefined ? '' : ` in line ${line}`;
  const place = { file, field: `cells[${index}]` };
  return new LabError(
    status === 'died' ? 'worker' : 'invalid-input',
    `${name}${where}: ${message}`,
    place,
  );
}

/** Like nbconvert: a cell with this tag is expected to fail. */
function mayFail({ metadata }: CodeCell): boolean {
  const { tags } = metadata;
  return Array.isArray(tags) && tags.includes('raises-exception');
}

/** @throws LabError when a cell's language is not supported */
function codeCells({ cells, metadata }: Notebook, file: string): ExecutableCell[] {
  const { kernelspec, language_info } = metadata;
  const general = kernelspec?.language ?? language_info?.name ?? 'typescript';
  return cells.flatMap((cell, index): ExecutableCell[] => {
    if (cell.cell_type !== 'code' || sourceOf(cell).trim() === '') return [];
    const own = (cell.metadata.vscode as { languageId?: unknown } | undefined)?.languageId;
    const language = own ?? general;
    if (language === 'typescript' || language === 'javascript') return [{ cell, index, language }];
    throw invalid(
      `${show(language)} is not supported; this kernel runs TypeScript and JavaScript`,
      { file, field: own === undefined ? 'metadata.kernelspec.language' : `cells[${index}]` },
    );
  });
}
