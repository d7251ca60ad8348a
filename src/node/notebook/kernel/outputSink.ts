import { counted } from '../../../core/counted';
import { jsonSize } from './jsonSize';
import type { CellOutput } from '../../../protocol/kernel';

/** Characters that a cell may print; the rest is left out, with a note. */
const MAX_TEXT = 1_000_000;
/** Characters of all displays of a cell. */
const MAX_DISPLAYED = 32_000_000;

const BATCH_CHARACTERS = 16_000;
/** Milliseconds after which text is sent even if code blocks the event loop. */
const BATCH_TIME = 50;

type StreamName = 'stdout' | 'stderr';

/**
 * Sends outputs in order to the running cell; without one, they wait for the next cell. Text is batched,
 * since code may print single letters.
 */
export class OutputSink {
  private cell: string | undefined;
  private text = '';
  private stream: StreamName = 'stdout';
  private since = 0;
  private printed = 0;
  private displayed = 0;
  private flushing: NodeJS.Immediate | undefined;

  constructor(private readonly send: (cell: string, output: CellOutput) => void) {}

  /** Starts a cell. */
  begin(cell: string): void {
    this.cell = cell;
    this.printed = this.text.length;
    this.displayed = 0;
    this.flush();
  }

  /** Ends the cell. */
  end(): void {
    this.flush();
    this.cell = undefined;
    this.printed = 0;
  }

  print(stream: StreamName, text: string): void {
    if (text === '' || this.printed >= MAX_TEXT) return;
    if (stream !== this.stream) this.flush();
    if (this.text === '') this.since = Date.now();
    this.stream = stream;
    this.text += this.bounded(text);
    if (this.text.length > BATCH_CHARACTERS || Date.now() - this.since > BATCH_TIME) this.flush();
    else this.flushing ??= setImmediate(() => this.flush());
  }

  /** @throws RangeError when the cell has displayed too much */
  show(output: Exclude<CellOutput, { type: 'stream' }>): void {
    this.flush();
    if ('data' in output) {
      this.displayed += sizeOf(output.data);
      if (this.displayed > MAX_DISPLAYED) throw tooMuch();
    }
    if (this.cell !== undefined) this.send(this.cell, output);
  }

  /**
   * Checks the size of a value before it is serialised.
   * @throws RangeError when it is larger than a cell may display
   */
  require(value: unknown): void {
    if (jsonSize(value, MAX_DISPLAYED) > MAX_DISPLAYED) throw tooMuch();
  }

  flush(): void {
    if (this.flushing) clearImmediate(this.flushing);
    this.flushing = undefined;
    if (this.text === '' || this.cell === undefined) return;
    const { text, stream } = this;
    this.text = '';
    this.send(this.cell, { type: 'stream', name: stream, text });
  }

  private bounded(text: string): string {
    const left = MAX_TEXT - this.printed;
    this.printed += text.length;
    if (text.length < left) return text;
    return `${text.slice(0, left)}\n… more than ${counted(MAX_TEXT, 'character')}: the rest is left out\n`;
  }
}

function tooMuch(): RangeError {
  return new RangeError(
    `a cell may display ${counted(MAX_DISPLAYED, 'character')}; this one has displayed more`,
  );
}

/** Estimated characters of a bundle as JSON. */
function sizeOf(data: Readonly<Record<string, unknown>>): number {
  return Object.values(data).reduce<number>(
    (sum, value) => sum + jsonSize(value, MAX_DISPLAYED - sum),
    0,
  );
}
