import { button } from '../shared/controls';
import { element } from '../shared/dom';
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
  let view: MatrixView | undefined;
  let gone = false;
  let waiting: Parameters<MatrixView['select']>[0] | undefined;
  const shell = element('div', { class: options.embedded ? 'lab embedded' : 'lab' });
  target.append(shell);
  const open = async (): Promise<void> => {
    try {
      const series = await source.series();
      if (gone) return;
      if (series.checkpoints.length === 0) {
        shell.replaceChildren(emptyPage(series.experiment, series.empty ?? '', options.run));
        return;
      }
      const page = new MatrixPageView(series, source, options);
      view = page;
      shell.replaceChildren(page.element);
      if (waiting) page.select(waiting);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (!gone)
        shell.replaceChildren(emptyPage('The matrices cannot be shown', reason, undefined));
    }
  };
  void open();
  return {
    select(part) {
      if (view) view.select(part);
      else waiting = part;
    },
    refresh() {
      if (view) view.refresh();
      else void open();
    },
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
