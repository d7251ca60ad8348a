import type { ActivationFunction } from 'vscode-notebook-renderer';
import type { OpenMessage } from '../../protocol/notebook';
import type { ExportedFile } from '../../protocol/connection';
import matrix from '../matrix/matrix.css';
import base from '../shared/base.css';
import trajectories from '../trajectories/trajectories.css';
import own from './renderer.css';
import { showOutput } from './show';

/** The renderer of notebook outputs: VS Code calls it once for a notebook. */
export const activate: ActivationFunction = (context) => {
  adoptStyle();
  const ends = new Map<string, () => void>();
  const end = (id: string): void => {
    ends.get(id)?.();
    ends.delete(id);
  };
  const open = (part: OpenMessage['part']): void =>
    context.postMessage?.({ type: 'open', part } satisfies OpenMessage);
  return {
    renderOutputItem(item, target) {
      // The same output may be rendered again, with other data.
      end(item.id);
      const host = { save: saveByLink, ...(context.postMessage && { open }) };
      ends.set(item.id, showOutput(target, item.mime, item.text(), host));
    },
    disposeOutputItem(id) {
      if (id === undefined) [...ends.keys()].forEach(end);
      else end(id);
    },
  };
};

const TYPES: Readonly<Record<string, string>> = {
  svg: 'image/svg+xml',
  png: 'image/png',
  csv: 'text/csv',
  json: 'application/json',
};

/** Saves a file by a link that downloads it: the notebook asks where to. */
export function saveByLink({ name, bytes }: ExportedFile): Promise<string | undefined> {
  const type = TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
  const address = URL.createObjectURL(new Blob([bytes.slice()], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // The notebook reads it after the click.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  return Promise.resolve(name);
}

/** Adds the style of outputs to a document. It applies to nothing else in it. */
export function adoptStyle(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync([base, matrix, trajectories, own].join('\n'));
  // A sheet that a script adopts passes a policy that forbids style elements.
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
