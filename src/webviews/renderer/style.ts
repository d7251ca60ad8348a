import base from '../shared/base.css';
import matrix from '../matrix/matrix.css';
import trajectories from '../trajectories/trajectories.css';
import own from './renderer.css';

/** Adds the style of outputs to a document. It applies to nothing else in it. */
export function adoptStyle(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync([base, matrix, trajectories, own].join('\n'));
  // A sheet that a script adopts passes a policy that forbids style elements.
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
