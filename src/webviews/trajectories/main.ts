import type { TrajectoriesHost, TrajectoriesPage } from '../../protocol/trajectories';
import { element } from '../shared/dom';
import { connectToHost, savedState, saveState } from '../shared/host';
import { Trajectories } from './mount';

const page = document.getElementById('page');
if (!page) throw new Error('the document has no place for the page');
const place = element('div');
page.append(element('h1', { class: 'sr-only' }, 'Trajectories'), place);

const host = connectToHost<TrajectoriesHost, TrajectoriesPage>({
  show: (shown) => view.show(shown),
  append: ({ run, columns }) => view.append(run, columns),
});

const view: Trajectories = new Trajectories(
  place,
  {
    columns: (run, measures) => host.call('columns', { run, measures }),
    save: (file) => host.call('save', file),
    open: (point) => host.call('open', point),
    addRuns: () => host.tell('addRuns', undefined),
    removeRun: (run) => host.tell('removeRun', { run }),
  },
  { state: savedState(), remember: saveState },
);

host.tell('ready', undefined);
