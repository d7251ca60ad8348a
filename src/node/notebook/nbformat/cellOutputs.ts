import type { CellError, CellOutput, MimeBundle } from '../../../protocol/kernel';
import { linesOf } from './notebookFile';
import type { NotebookOutput } from './schema';

type DisplayData = Extract<NotebookOutput, { output_type: 'display_data' }>;

/** Converts outputs of cells to nbformat; later cells can update displays. */
export class NotebookOutputs {
  private readonly displays = new Map<string, DisplayData[]>();

  /** Adds an output to those of a cell, in place. */
  add(outputs: NotebookOutput[], output: CellOutput, count: number): void {
    if (this.clearing.has(outputs) && output.type !== 'clear' && output.type !== 'update') {
      this.clearing.delete(outputs);
      outputs.length = 0;
    }
    switch (output.type) {
      case 'stream':
        return addText(outputs, output.name, output.text);
      case 'display': {
        const data: DisplayData = {
          output_type: 'display_data',
          data: onDisk(output.data),
          metadata: {},
        };
        if (output.id !== undefined) {
          this.displays.set(output.id, [...(this.displays.get(output.id) ?? []), data]);
        }
        outputs.push(data);
        return;
      }
      case 'update':
        for (const display of this.displays.get(output.id) ?? []) {
          display.data = onDisk(output.data);
        }
        return;
      case 'result':
        outputs.push({
          output_type: 'execute_result',
          execution_count: count,
          data: onDisk(output.data),
          metadata: {},
        });
        return;
      case 'clear':
        if (output.wait) this.clearing.add(outputs);
        else outputs.length = 0;
        return;
    }
  }

  /** Outputs to clear when the next one arrives. */
  private readonly clearing = new WeakSet<NotebookOutput[]>();
}

/** The output for a cell's error. */
export function errorOutput({ name, message, stack }: CellError): NotebookOutput {
  return { output_type: 'error', ename: name, evalue: message, traceback: stack.split('\n') };
}

function addText(outputs: NotebookOutput[], name: string, text: string): void {
  const last = outputs.at(-1);
  if (last?.output_type === 'stream' && last.name === name && Array.isArray(last.text)) {
    const open = last.text.at(-1)?.endsWith('\n') === false ? (last.text.pop() ?? '') : '';
    last.text.push(...linesOf(open + text));
  } else {
    outputs.push({ output_type: 'stream', name, text: linesOf(text) });
  }
}

/** Splits text into lines, so that diffs are readable; leaves JSON and base64 as they are. */
function onDisk(data: MimeBundle): Record<string, unknown> {
  const entries = Object.entries(data).map(([type, value]): [string, unknown] => {
    const isText = /^text\/|\+xml$|^application\/javascript$/.test(type);
    return [type, isText && typeof value === 'string' ? linesOf(value) : value];
  });
  return Object.fromEntries(entries);
}
