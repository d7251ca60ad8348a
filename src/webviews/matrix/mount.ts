import type { MatrixPart, MatrixSeries } from '../../protocol/matrix';
import { button } from '../shared/controls';
import { element } from '../shared/dom';
import type { MatrixSource, MatrixView, MatrixViewOptions } from './source';
import { MatrixPageView } from './view';

/**
 * Shows the matrices of a source in an element, or says why there are none. It needs nothing but a document,
 * so the same view is a page of the editor and the output of a cell of a notebook.
 */
export function mountMatrix(
  target: HTMLElement,
  source: MatrixSource,
  options: MatrixViewOptions = {},
): MatrixView {
  let view: MatrixPageView | undefined;
  let disposed = false;
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
      view.dispatch({ type: 'run read', series });
    } else if (series.checkpoints.length === 0) {
      showEmpty(series.experiment, series.empty ?? '', options.run);
    } else {
      view = new MatrixPageView(series, source, options);
      shell.replaceChildren(view.element);
    }
    waiting = series.part ?? waiting;
    if (!view || !waiting) return;
    view.dispatch({ type: 'part selected', part: waiting });
    waiting = undefined;
  };
  const open = async (): Promise<void> => {
    try {
      const series = await source.series();
      if (!disposed) take(series);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (disposed) return;
      if (view) view.dispatch({ type: 'failed', reason });
      else showEmpty('The matrices cannot be shown', reason);
    }
  };
  void open();
  return {
    select(part) {
      if (view) view.dispatch({ type: 'part selected', part });
      else waiting = part;
    },
    refresh: () => void open(),
    dispose() {
      disposed = true;
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
