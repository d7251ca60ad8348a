import type { ExperimentEvent } from '../core/experiment/events';
import type { MetricsRow } from '../core/experiment/metricsRow';
import { nullLevel } from '../core/experiment/runNull';
import { legName } from '../core/experiment/plan';
import { visibleLine } from '../core/visible';
import { glyphsFor } from './glyphs';
import { advance, startProgress, type Progress } from '../core/experiment/progress';
import {
  dataReportLines,
  legLine,
  nullLine,
  legText,
  progressLine,
  stageText,
} from './progressText';
import type { Terminal } from './terminal';

/** Reports the progress of a run to people. */
export interface Reporter {
  event(event: ExperimentEvent): void;
  note(text: string): void;
  /** Cleans up the terminal; must be the last call. */
  end(): void;
}

/** Smallest interval between redraws, in milliseconds. */
const REDRAW_INTERVAL = 80;
const CLEAR_LINE = '\r\x1b[K';
const DIM = '\x1b[2m';
const YELLOW = '\x1b[33m';
const PLAIN = '\x1b[0m';

type Clock = () => number;

/** A line redrawn in place for interactive terminals, log lines otherwise, nothing if quiet. */
export function reporterFor(terminal: Terminal, quiet: boolean, clock: Clock = Date.now): Reporter {
  if (quiet) return { event: () => {}, note: () => {}, end: () => {} };
  return terminal.interactive ? lineReporter(terminal, clock) : logReporter(terminal, clock);
}

function lineReporter(terminal: Terminal, clock: Clock): Reporter {
  const glyphs = glyphsFor(terminal);
  let progress = startProgress(clock());
  let drawn = -Infinity;
  const draw = (): void => {
    drawn = clock();
    // A full last column would make some terminals wrap.
    const line = progressLine(progress, drawn, { width: terminal.width() - 1, glyphs });
    terminal.write(line, { before: CLEAR_LINE });
  };
  const above = (text: string, colour: string): void => {
    const [on, off] = terminal.colour ? [colour, PLAIN] : ['', ''];
    terminal.write(visibleLine(text), { before: CLEAR_LINE + on, after: `${off}\n` });
    drawn = -Infinity;
  };
  return {
    event(event) {
      progress = advance(progress, event, clock());
      if (event.type === 'warning') above(warningText(event), YELLOW);
      if (clock() - drawn >= REDRAW_INTERVAL) draw();
    },
    note: (text) => above(text, DIM),
    end: () => terminal.write('', { before: CLEAR_LINE }),
  };
}

function logReporter(terminal: Terminal, clock: Clock): Reporter {
  const glyphs = glyphsFor(terminal);
  const rows = new Map<string, MetricsRow>();
  const line = (text: string): void => terminal.write(`${visibleLine(text)}\n`);
  let progress: Progress = startProgress(clock());
  return {
    event(event) {
      progress = advance(progress, event, clock());
      switch (event.type) {
        case 'stage-started':
          line(stageText(event.stage, event.seeds));
          break;
        case 'data-ready':
          dataReportLines(event.report).forEach((text) => line(`  ${text}`));
          break;
        case 'null-drawn': {
          const level = nullLevel(event.nulls, [], 'relative');
          if (level) line(nullLine(level, glyphs));
          break;
        }
        case 'epoch-measured':
          rows.set(legName(event.row), event.row);
          break;
        case 'leg-finished': {
          const row = rows.get(legName(event.leg));
          if (row) line(legLine(progress, row, clock(), glyphs));
          rows.delete(legName(event.leg));
          break;
        }
        case 'warning':
          line(warningText(event));
          break;
        case 'run-started':
        case 'data-progress':
        case 'leg-started':
        case 'checkpoint-ready':
        case 'run-finished':
      }
    },
    note: line,
    end: () => {},
  };
}

function warningText({ message, leg }: Extract<ExperimentEvent, { type: 'warning' }>): string {
  return `warning: ${leg ? `${legText(leg)}: ` : ''}${message}`;
}
