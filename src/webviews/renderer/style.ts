import base from '../shared/base.css';
import matrix from '../matrix/matrix.css';
import trajectories from '../trajectories/trajectories.css';
import own from './renderer.css';

/** Gives a document the style of outputs, once; all of it stays within them. */
export function adoptStyle(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync([base, matrix, trajectories, own].join('\n'));
  // No markup: it passes a policy that allows no style in a document.
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
