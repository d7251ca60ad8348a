import path from 'node:path';
import vm from 'node:vm';
import type { CellReply, CellRequest, KernelSetup } from '../../../protocol/kernel';
import { describeThrown, type Origins } from './cellErrors';
import { compileCell, type CellPlace, type CompiledCell } from './compileCell';
import { createDisplay, isHandle } from './display';
import type { Display } from './displayTypes';
import { formatValue } from './format';
import type { Interruption } from './interruption';
import { openModules, type NotebookModules } from './modules';
import type { OutputSink } from './outputSink';
import { CELL } from './rewriteCell';
import { CellScope } from './scope';

/** Gives other modules access to the signal of the running cell. */
const INTERRUPT_KEY = Symbol.for('polysemanticity.interrupt');

/** The functions that a rewritten cell calls. */
interface CellTools {
  /** Value of the last expression. */
  last: unknown;
  readonly import: NotebookModules['import'];
  readonly meta: NotebookModules['meta'];
  /** Imports a module and binds local names to its exports (null: to the whole namespace). */
  bind(specifier: string, names: readonly Binding[], attributes: ImportAttributes): Promise<void>;
  define(name: string, value: unknown): void;
  freeze(names: readonly string[]): void;
}

type Binding = readonly [local: string, exported: string | null];
type ImportAttributes = Record<string, string>;
type CellProgram = (tools: CellTools) => Promise<void>;

/** Executes the cells of one notebook one by one. */
export class CellSession {
  private readonly scope = new CellScope();
  private readonly modules: NotebookModules;
  private readonly origins = new Map<string, (place: CellPlace) => CellPlace>();
  private readonly display: Display;
  private signal = new AbortController().signal;

  constructor(
    { folder }: KernelSetup,
    private readonly sink: OutputSink,
    private readonly interruption: Interruption,
  ) {
    this.modules = openModules(folder);
    this.display = createDisplay(sink);
    const interrupt = Object.defineProperty({}, 'signal', { get: () => this.signal });
    Object.assign(globalThis, {
      display: this.display,
      interrupt,
      require: this.modules.require,
      [INTERRUPT_KEY]: interrupt,
    });
  }

  /** Executes a cell. Sends its outputs before it resolves; never rejects. */
  execute(request: CellRequest): Promise<CellReply> {
    return new Promise((resolve) => {
      const controller = new AbortController();
      this.signal = controller.signal;
      let over = false;
      const settle = (reply: CellReply): void => {
        if (over) return;
        over = true;
        this.sink.end();
        this.interruption.end();
        resolve(reply);
      };
      const stopped = (): void => settle({ status: 'interrupted', error: INTERRUPTED });
      this.sink.begin(request.cell);
      this.interruption.begin({ ask: () => controller.abort(), abandon: stopped });
      // In a turn of its own, so that terminating the cell's code cuts nothing else short.
      setImmediate(() => {
        void this.evaluate(request).then(
          () => settle({ status: 'ok' }),
          (thrown: unknown) => {
            if (controller.signal.aborted) stopped();
            else settle({ status: 'error', error: this.describe(thrown, request.count) });
          },
        );
      });
    });
  }

  /** Prints an error that no cell awaits. */
  report(thrown: unknown): void {
    this.sink.print('stderr', `${this.describe(thrown).stack}\n`);
  }

  private async evaluate({ code, count, language }: CellRequest): Promise<void> {
    const name = nameOf(count);
    const cell = compileCell(code, language);
    this.scope.declare(cell.declared);
    this.scope.reset(cell.reset);
    const tools = this.tools();
    await this.load(cell, name)(tools);
    const value = await tools.last;
    if (value !== undefined && !isHandle(value)) {
      this.sink.show({ type: 'result', data: await formatValue(value) });
    }
    await this.display.settled();
  }

  private load(cell: CompiledCell, name: string): CellProgram {
    const shadows = '$shadows';
    const [before, after] = this.scope.hasShadows
      ? [`(function (${shadows}) { with (${shadows}) { return `, '; } })']
      : [`(function (${shadows}) { return `, '; })'];
    const head = `${before}(async function (${CELL}) { "use strict"; `;
    const script = new vm.Script(`${head}${cell.body}\n})${after}`, {
      filename: name,
      columnOffset: -head.length,
    });
    this.origins.set(name, cell.origin);
    const open = script.runInThisContext() as (shadows: object) => CellProgram;
    return open(this.scope.shadows);
  }

  private tools(): CellTools {
    const { scope, modules } = this;
    return {
      last: undefined,
      import: (specifier, options) => modules.import(String(specifier), options),
      meta: modules.meta,
      define: (name, value) => scope.set(name, value),
      freeze: (names) => scope.freeze(names),
      async bind(specifier, names, attributes) {
        const options = Object.keys(attributes).length > 0 ? { with: attributes } : undefined;
        const exports = await modules.import(specifier, options);
        for (const [local, exported] of names) {
          if (exported === null) scope.set(local, exports);
          else if (exported in exports) scope.set(local, exports[exported]);
          else scope.forbid(local, `${specifier} exports no ${exported}`);
        }
      },
    };
  }

  private describe(thrown: unknown, count?: number): ReturnType<typeof describeThrown> {
    const origins: Origins = this.origins;
    return describeThrown(thrown, count === undefined ? '' : nameOf(count), origins, isOurs);
  }
}

const INTERRUPTED = { name: 'Interrupted', message: 'stopped', stack: 'Interrupted: stopped' };

function nameOf(count: number): string {
  return `cell [${count}]`;
}

/** Locations of stack frames to hide: the kernel, the lab and Node itself. */
const OURS = [
  path.basename(__dirname) === 'kernel' ? path.resolve(__dirname, '../../..') : __dirname,
  'node:',
  '[eval]',
  'data:text/javascript',
];

function isOurs(frame: string): boolean {
  if (/ cell \[\d+\]:|\(cell \[\d+\]:/.test(frame)) return false;
  return OURS.some((place) => frame.includes(place)) || frame.includes('<anonymous>');
}
