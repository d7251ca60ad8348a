// Frame times of the pages, in this machine's Chromium: npx tsx bench/pages/main.ts [--quick] [--json]
import path from 'node:path';
import { buildSync } from 'esbuild';
import { launchChromium } from '../../scripts/editor/browser';
import type { FrameTimes } from './matrixFrames';
import type { TrajectoryTimes } from './trajectoryFrames';

const ROOT = path.resolve(__dirname, '../..');
const LINES = { lines: 200, points: 1000 };
const SIZES = [
  { name: '768 × 128 (98,304 cells)', hidden: [512, 128, 128], features: 128 },
  { name: '1000 × 1000 (1,000,000 cells)', hidden: [600, 250, 150], features: 1000 },
] as const;

declare const measureMatrix: (
  size: { readonly hidden: readonly number[]; readonly features: number },
  frames: number,
) => Promise<FrameTimes>;

declare const measureTrajectories: (
  size: { readonly lines: number; readonly points: number },
  frames: number,
) => Promise<TrajectoryTimes>;

interface Line {
  /** What is shown, and how large it is. */
  readonly shown: string;
  readonly work: string;
  /** Milliseconds. */
  readonly drawing: { readonly median: number; readonly p95: number };
  readonly interval: { readonly median: number; readonly p95: number };
}

function bundle(entry: string, loader?: 'css'): string {
  const { outputFiles } = buildSync({
    entryPoints: [path.join(ROOT, entry)],
    bundle: true,
    write: false,
    format: loader ? undefined : 'iife',
    target: 'es2022',
  });
  return outputFiles[0].text;
}

function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}

const spread = (values: readonly number[]): Line['drawing'] => {
  return { median: quantile(values, 0.5), p95: quantile(values, 0.95) };
};

async function measure(frames: number): Promise<Line[]> {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    await page.setContent('<!DOCTYPE html><title>bench</title><body></body>');
    await page.addStyleTag({ content: bundle('src/webviews/matrix/main.css', 'css') });
    await page.addScriptTag({ content: bundle('bench/pages/matrixFrames.ts') });
    const lines: Line[] = [];
    for (const { name, hidden, features } of SIZES) {
      const times = await page.evaluate(([size, count]) => measureMatrix(size, count), [
        { hidden, features },
        frames,
      ] as const);
      for (const [work, { drawing, interval }] of Object.entries(times)) {
        lines.push({
          shown: `matrix ${name}`,
          work,
          drawing: spread(drawing),
          interval: spread(interval),
        });
      }
    }
    await page.setContent('<!DOCTYPE html><title>bench</title><body></body>');
    await page.addStyleTag({ content: bundle('src/webviews/trajectories/main.css', 'css') });
    await page.addScriptTag({ content: bundle('bench/pages/trajectoryFrames.ts') });
    const times = await page.evaluate(([size, count]) => measureTrajectories(size, count), [
      LINES,
      frames,
    ] as const);
    for (const [work, { drawing, interval }] of Object.entries(times)) {
      const shown = `trajectories of ${LINES.lines} lines × ${LINES.points} points`;
      lines.push({ shown, work, drawing: spread(drawing), interval: spread(interval) });
    }
    return lines;
  } finally {
    await browser.close();
  }
}

function table(lines: readonly Line[]): string {
  const cell = ({ median, p95 }: Line['drawing']): string =>
    `${median.toFixed(1)} (${p95.toFixed(1)})`;
  const rows = lines.map(
    ({ shown, work, drawing, interval }) =>
      `| ${shown} | ${work} | ${cell(drawing)} | ${cell(interval)} |`,
  );
  return [
    '| shown | in every frame | drawing, ms | frame to frame, ms |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    'Median, and in parentheses the 95th percentile. Chromium without a graphics card.',
  ].join('\n');
}

async function run(): Promise<void> {
  const lines = await measure(process.argv.includes('--quick') ? 60 : 240);
  process.stdout.write(
    `${process.argv.includes('--json') ? JSON.stringify(lines) : table(lines)}\n`,
  );
}

void run().catch((error: unknown) => {
  process.stderr.write(
    `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exitCode = 1;
});
