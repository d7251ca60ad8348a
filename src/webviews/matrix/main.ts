import type { MatrixHost, MatrixPage } from '../../protocol/matrix';
import { connectToHost, savedState, saveState } from '../shared/host';
import { mountMatrix } from './mount';
import type { MatrixSource } from './source';

/** The state that a page saves. The panel's serializer reads `run` and `experiment`. */
interface PageState {
  readonly view?: unknown;
  readonly run?: unknown;
  readonly experiment?: unknown;
}

const host = connectToHost<MatrixHost, MatrixPage>({
  changed: () => view.refresh(),
  select: (part) => view.select(part),
});

const state = (savedState() ?? {}) as PageState;
let place: Pick<PageState, 'run' | 'experiment'> = { run: state.run, experiment: state.experiment };

let viewState = state.view;

const source: MatrixSource = {
  async series() {
    const series = await host.call('series', undefined);
    place = { run: series.folder, experiment: series.experimentFolder };
    saveState({ view: viewState, ...place } satisfies PageState);
    return series;
  },
  matrix: (checkpoint, rows) => host.call('matrix', { checkpoint, rows }),
  specimen: (checkpoint) => host.call('specimen', { checkpoint }),
  save: (file) => host.call('save', file),
};

const page = document.getElementById('page');
if (!page) throw new Error('the document has no place for the page');
const view = mountMatrix(page, source, {
  state: state.view,
  stateChanged: (changed) => {
    viewState = changed;
    saveState({ view: viewState, ...place } satisfies PageState);
  },
  selected: (part) => host.tell('selected', part),
  run: () => host.tell('run', undefined),
});
