import { LabError } from '../../core/errors';
import { MetricsTable } from '../../core/experiment/metricsTable';
import { outputMatrices } from '../../figures/matrix/outputMatrices';
import { trajectoryRuns } from '../../figures/trajectories/outputRuns';
import type { OpenMessage } from '../../protocol/notebook';
import { ATTRIBUTION_MIME, attributionOutput } from '../../protocol/outputs/attribution';
import { RUN_MIME, runOutput } from '../../protocol/outputs/run';
import { TRAJECTORY_MIME, trajectoryOutput } from '../../protocol/outputs/trajectory';
import type { ExportedFile } from '../../protocol/connection';
import { mountMatrix } from '../matrix/mount';
import type { MatrixSource } from '../matrix/source';
import { element } from '../shared/dom';
import { Trajectories } from '../trajectories/mount';
import { readOutput } from './readOutput';

/** Services of the notebook that contains an output. */
export interface OutputHost {
  /** Opens a part in the big view; undefined outside of the editor, where there is none. */
  readonly open?: (part: OpenMessage['part']) => void;
  /** @returns where the file is */
  readonly save: (file: ExportedFile) => Promise<string | undefined>;
}

/** Disposes of a shown output. */
type End = () => void;

/**
 * Shows an output in an element immediately, so that the notebook measures its true height. For invalid
 * data it shows a message instead.
 * @param text JSON
 */
export function showOutput(target: HTMLElement, mime: string, text: string, host: OutputHost): End {
  const place = element('div', { class: 'lab-output' });
  target.replaceChildren(place);
  try {
    const end = showIn(place, mime, text, host);
    return () => {
      end();
      place.remove();
    };
  } catch (error) {
    const reason = error instanceof LabError ? error.message : `cannot be shown: ${String(error)}`;
    const failure = `This output of Polysemanticity Lab is damaged. ${reason}`;
    place.replaceChildren(element('div', { class: 'lab-failure', role: 'alert' }, failure));
    return () => place.remove();
  }
}

function showIn(place: HTMLElement, mime: string, text: string, host: OutputHost): End {
  switch (mime) {
    case ATTRIBUTION_MIME:
      return showAttribution(place, readOutput(text, attributionOutput), host);
    case TRAJECTORY_MIME:
      return showTrajectory(place, readOutput(text, trajectoryOutput), host);
    case RUN_MIME: {
      const { title, facts, attribution, trajectory } = readOutput(text, runOutput);
      const ends: End[] = [];
      place.append(factsTable(title, facts));
      for (const show of [
        attribution && (() => showAttribution(place, attribution, host)),
        trajectory && (() => showTrajectory(place, trajectory, host)),
      ]) {
        if (show) ends.push(show());
      }
      return () => ends.forEach((end) => end());
    }
    default:
      throw new Error(`unknown MIME type ${mime}`);
  }
}

function showAttribution(
  place: HTMLElement,
  output: ReturnType<typeof attributionOutput.parse>,
  { open, save }: OutputHost,
): End {
  const { series, matrix } = outputMatrices(output);
  const source: MatrixSource = {
    series: () => Promise.resolve(series),
    // Rejects if the matrix is invalid.
    matrix: (checkpoint) => new Promise((resolve) => resolve(matrix(checkpoint))),
    save,
  };
  noteOf(place, output.note);
  const { run } = output;
  const view = mountMatrix(place, source, {
    embedded: true,
    ...(open && run !== undefined && { selected: (part) => open({ ...part, run }) }),
  });
  return () => view.dispose();
}

function showTrajectory(
  place: HTMLElement,
  output: ReturnType<typeof trajectoryOutput.parse>,
  { open, save }: OutputHost,
): End {
  const runs = trajectoryRuns(output);
  noteOf(place, output.note);
  const known = new Map(runs.map((run) => [run.description.run, run]));
  const folders = runs.some(({ folder }) => folder !== undefined);
  const inner = element('div', { class: 'embedded' });
  place.append(inner);
  const view = new Trajectories(
    inner,
    {
      columns: (run, measures) => {
        const found = known.get(run);
        if (!found) return Promise.reject(new Error(`there is no run ${run}`));
        const table = new MetricsTable(measures);
        table.extend(found.columns);
        return Promise.resolve(table.columns());
      },
      save,
      ...(open &&
        folders && {
          open: ({ run, specimens, measure }) => {
            const folder = known.get(run)?.folder;
            if (folder === undefined)
              return Promise.resolve('This run tells no folder of its own.');
            open({ run: folder, specimens, measure });
            return Promise.resolve(undefined);
          },
        }),
    },
    { embedded: true },
  );
  view.show({ runs: runs.map(({ description }) => description) });
  return () => view.dispose();
}

function noteOf(place: HTMLElement, note: string | undefined): void {
  if (note !== undefined) place.append(element('p', { class: 'lab-note' }, note));
}

function factsTable(title: string, facts: readonly (readonly [string, string])[]): HTMLElement {
  const table = element('table', { class: 'lab-facts' });
  table.append(
    element('caption', {}, title),
    ...facts.map(([name, value]) =>
      element('tr', {}, element('th', { scope: 'row' }, name), element('td', {}, value)),
    ),
  );
  return table;
}
