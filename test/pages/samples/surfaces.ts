import type { MatrixHost, MatrixPage } from '../../../src/protocol/matrix';
import { ATTRIBUTION_MIME } from '../../../src/protocol/outputs/attribution';
import { encodeTensor } from '../../../src/protocol/outputs/tensor';
import { TRAJECTORY_MIME } from '../../../src/protocol/outputs/trajectory';
import type { TrajectoriesHost, TrajectoriesPage } from '../../../src/protocol/trajectories';
import type { NotebookPage } from '../harness/notebookPage';
import type { ThemeName } from '../harness/themes';
import type { Pages } from '../harness/usePages';
import type { WebviewPage } from '../harness/webviewPage';
import { sampleMatrix, type SampleNetwork, sampleSeries, SMALL } from './matrices';
import { FIRST, type SampleRun, SECOND } from './runs';

/** In CSS pixels. */
export interface PanelSize {
  readonly width: number;
  readonly height: number;
}

interface Panel {
  readonly size?: PanelSize;
  readonly theme?: ThemeName;
}

const SIZE = { width: 842, height: 800 } as const;

/** The page of trajectories, after it has drawn two runs. */
export async function openSampleTrajectories(
  pages: Pages,
  { size = SIZE, theme }: Panel = {},
  runs: readonly SampleRun[] = [FIRST, SECOND],
): Promise<WebviewPage<TrajectoriesPage, TrajectoriesHost>> {
  const opened = await pages.open<TrajectoriesPage, TrajectoriesHost>('trajectories', {
    size,
    theme,
    handlers: {
      ready: () => undefined,
      columns: ({ run, measures }) =>
        runs.find(({ description }) => description.run === run)!.table.columns(measures),
      open: () => 'Opened it.',
      addRuns: () => undefined,
      removeRun: () => undefined,
      save: () => undefined,
    },
  });
  await opened.connection.call('show', { runs: runs.map(({ description }) => description) });
  await opened.page.locator('.chart.lines').first().waitFor();
  return opened;
}

/** The page of a network's matrices, after it has drawn. */
export async function openSampleMatrix(
  pages: Pages,
  network: SampleNetwork,
  { size = SIZE, theme }: Panel = {},
): Promise<WebviewPage<MatrixPage, MatrixHost>> {
  const opened = await pages.open<MatrixPage, MatrixHost>('matrix', {
    size,
    theme,
    handlers: {
      series: () => sampleSeries(network),
      matrix: () => sampleMatrix(network),
      specimen: () => Promise.reject(new Error('none is kept')),
      selected: () => undefined,
      run: () => undefined,
      save: () => undefined,
    },
  });
  await opened.page.locator('.facts').filter({ hasText: 'neurons' }).waitFor();
  return opened;
}

/** A matrix and the trajectories of two runs as notebook outputs. */
export async function showSampleOutputs(show: NotebookPage['show']): Promise<void> {
  const { values, layers, neurons, features } = sampleMatrix(SMALL);
  await show(ATTRIBUTION_MIME, {
    version: 1,
    title: 'NonLinear0',
    values: encodeTensor(values, [neurons, features]),
    layers: layers.map(({ start, end }) => ({ start, end })),
  });
  const epochs = [0, 1, 2, 3, 4];
  await show(TRAJECTORY_MIME, {
    version: 1,
    runs: ['From pandas', 'Another'].map((name, i) => ({
      name,
      columns: {
        epoch: epochs,
        testLoss: [0.5, 0.3, 0.2, 0.15, 0.1],
        r2: [0, 0.2, 0.4, 0.5, 0.6],
        measures: {
          relative: {
            mean: [4, 3.8, 3.7, 3.5, 3.4].map((value) => value + i / 5),
            null: epochs.map(() => 3.8),
          },
        },
      },
    })),
  });
}
