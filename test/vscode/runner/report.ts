import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const INTERVAL_MS = 100;

/** A file that the extension host writes its report to. Prints new content as it arrives. */
export class ReportFile {
  private readonly folder = mkdtempSync(path.join(os.tmpdir(), 'polysemanticity-report-'));
  readonly path = path.join(this.folder, 'report.txt');
  private readonly descriptor: number;
  private readonly timer: NodeJS.Timeout;

  constructor() {
    writeFileSync(this.path, '');
    this.descriptor = openSync(this.path, 'r');
    this.timer = setInterval(() => this.print(), INTERVAL_MS);
  }

  /** Prints the rest and removes the file. */
  close(): void {
    clearInterval(this.timer);
    this.print();
    closeSync(this.descriptor);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private print(): void {
    const chunk = Buffer.alloc(64 * 1024);
    for (;;) {
      const count = readSync(this.descriptor, chunk);
      if (count === 0) return;
      process.stdout.write(chunk.subarray(0, count));
    }
  }
}
