import path from 'node:path';
import { buildSync } from 'esbuild';
import type { Page } from 'playwright-core';
import { launchChromium } from '../../scripts/editor/browser';
import { ROOT } from '../hosts/bundle';
import type { Frames, Spread } from '../report';

const FRAMES = { thorough: 240, quick: 60 } as const;
const LINES = { lines: 200, points: 1000 } as const;
const CELLS = [
  { name: '768 × 128', hidden: [512, 128, 128], features: 128 },
  { name: '1000 × 1000', hidden: [600, 250, 150], features: 1000 },
] as const;

/** What pages/matrixFrames.ts and pages/trajectoryFrames.ts leave in the page: milliseconds by kind of work. */
type Measured = Readonly<
  Record<string, { readonly drawing: readonly number[]; readonly interval: readonly number[] }>
>;
declare const measureMatrix: (
  size: { readonly hidden: readonly number[]; readonly features: number },
  frames: number,
) => Promise<Measured>;
declare const measureTrajectories: (size: typeof LINES, frames: number) => Promise<Measured>;

/** Times the frames of the views in this machine's Chromium while something changes in every frame. */
export async function pageFrames(quick: boolean, log: (text: string) => void): Promise<Frames[]> {
  const count = quick ? FRAMES.quick : FRAMES.thorough;
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    const found: Frames[] = [];
    await open(page, 'src/webviews/matrix/main.css', 'bench/pages/matrixFrames.ts');
    for (const { name, hidden, features } of CELLS) {
      log(`pages: matrix of ${name}`);
      const size = { hidden, features };
      const measured = await page.evaluate(([what, frames]) => measureMatrix(what, frames), [
        size,
        count,
      ] as const);
      found.push(...framesOf(`matrix of ${name} cells`, measured));
    }
    await open(page, 'src/webviews/trajectories/main.css', 'bench/pages/trajectoryFrames.ts');
    const shown = `trajectories of ${LINES.lines} lines × ${LINES.points} points`;
    log(`pages: ${shown}`);
    const measured = await page.evaluate(([what, frames]) => measureTrajectories(what, frames), [
      LINES,
      count,
    ] as const);
    return [...found, ...framesOf(shown, measured)];
  } finally {
    await browser.close();
  }
}

async function open(page: Page, style: string, program: string): Promise<void> {
  await page.setContent('<!DOCTYPE html><title>bench</title><body></body>');
  await page.addStyleTag({ content: bundle(style) });
  await page.addScriptTag({ content: bundle(program) });
}

function bundle(entry: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [path.join(ROOT, entry)],
    bundle: true,
    write: false,
    format: entry.endsWith('.css') ? undefined : 'iife',
    target: 'es2022',
  });
  return outputFiles[0].text;
}

function framesOf(shown: string, measured: Measured): Frames[] {
  return Object.entries(measured).map(([work, { drawing, interval }]) => {
    return { shown, work, drawing: spread(drawing), interval: spread(interval) };
  });
}

function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (q: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
  return { median: at(0.5), high: at(0.95) };
}
