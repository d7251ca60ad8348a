import type { ActivationFunction } from 'vscode-notebook-renderer';
import type { OpenMessage } from '../../protocol/notebook';
import { saveByLink } from './save';
import { showOutput } from './show';
import { adoptStyle } from './style';

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
