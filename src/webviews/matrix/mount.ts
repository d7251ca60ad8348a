import { button } from '../shared/controls';
import { element } from '../shared/dom';
import type { MatrixPart, MatrixSeries } from '../../protocol/matrix';
import type { MatrixSource, MatrixView, MatrixViewOptions } from './source';
import { MatrixPageView } from './view';

/**
 * Shows the matrices of a source in an element, or says why there are none. Needs nothing but a document: the
 * same view is a page of the editor and the output of a notebook's cell.
 */
export function mountMatrix(
  target: HTMLElement,
  source: MatrixSource,
  options: MatrixViewOptions = {},
): MatrixView {
  let view: MatrixPageView | undefined;
  let gone = false;
  let waiting: MatrixPart | undefined;
  const shell = element('div', { class: options.embedded ? 'lab embedded' : 'lab' });
  target.append(shell);
  const showEmpty = (title: string, reason: string, run?: () => void): void => {
    view?.dispose();
    view = undefined;
    shell.replaceChildren(emptyPage(title, reason, run));
  };
  const take = (series: MatrixSeries): void => {
    if (series.deleted !== undefined) {
      showEmpty('This run was deleted', series.deleted, options.run);
    } else if (view) {
      view.adopt(series);
    } else if (series.checkpoints.length === 0) {
      showEmpty(series.experiment, series.empty ?? '', options.run);
    } else {
      view = new MatrixPageView(series, source, options);
      shell.replaceChildren(view.element);
      if (waiting) view.select(waiting);
    }
    if (series.part) view?.select(series.part);
  };
  const open = async (): Promise<void> => {
    try {
      const series = await source.series();
      if (!gone) take(series);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (gone) return;
      if (view) view.fail(error);
      else showEmpty('The matrices cannot be shown', reason);
    }
  };
  void open();
  return {
    select(part) {
      if (view) view.select(part);
      else waiting = part;
    },
    refresh: () => void open(),
    dispose() {
      gone = true;
      view?.dispose();
      shell.remove();
    },
  };
}

function emptyPage(title: string, reason: string, run: (() => void) | undefined): HTMLElement {
  const heading = element('h1', {}, title);
  const page = element(
    'div',
    { class: 'empty', role: 'status' },
    heading,
    element('p', {}, reason),
  );
  if (run) page.append(button('Run the experiment', run));
  return page;
}
