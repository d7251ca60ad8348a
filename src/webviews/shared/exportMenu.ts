import type { FigureTheme } from '../../figures/colour/palette';
import type { Figure } from '../../figures/marks/svgText';
import type { ExportedFile } from '../../protocol/connection';
import { button, selectControl } from './controls';
import { element } from './dom';
import { copyPicture, pngBlob, svgBytes } from './picture';
import { popover } from './popover';

/** Exports of a view. */
export interface Exportable {
  /** The name of files, without the ending. */
  name(): string;
  figure(theme: FigureTheme): Figure;
  /** The shown numbers. */
  csv(): Uint8Array;
  json(): Uint8Array;
}

/** Where exports go. */
export interface ExportTarget {
  /** @returns where the file is; undefined if the user declined */
  readonly save: (file: ExportedFile) => Promise<string | undefined>;
  /** Reports the result or the failure to the user. */
  readonly say: (line: string) => void;
}

const THEMES = [
  { value: 'light', label: 'On white' },
  { value: 'dark', label: 'On black' },
  { value: 'transparent', label: 'Transparent' },
] as const;

/** The menu that exports the picture and the numbers of a view. */
export function exportMenu(exportable: Exportable, { save, say }: ExportTarget): HTMLElement {
  let theme: FigureTheme = 'light';
  const run = (work: () => Promise<string | undefined>): void => {
    menu.close();
    work().then(
      (done) => done !== undefined && say(done),
      (error: unknown) => say(error instanceof Error ? error.message : String(error)),
    );
  };
  const saving = (ending: string, bytes: () => Uint8Array | Promise<Uint8Array>) => (): void =>
    run(async () => {
      const file = { name: `${exportable.name()}.${ending}`, bytes: await bytes() };
      const place = await save(file);
      return place && `Saved ${place}.`;
    });
  const picture = selectControl<FigureTheme>('Picture', THEMES, (chosen) => (theme = chosen));
  const svg = (): Uint8Array => svgBytes(exportable.figure(theme));
  const png = async (): Promise<Uint8Array> =>
    new Uint8Array(await (await pngBlob(exportable.figure(theme))).arrayBuffer());
  const copy = (): void =>
    run(async () => {
      await copyPicture(exportable.figure(theme));
      return 'Copied the picture.';
    });
  const row = (...buttons: HTMLElement[]): HTMLElement =>
    element('div', { class: 'row' }, ...buttons);
  const menu = popover(
    'Export',
    [
      picture.element,
      row(
        button('SVG', saving('svg', svg), 'Save the picture as SVG'),
        button('PNG', saving('png', png), 'Save the picture as PNG with 300 dots to the inch'),
        button('Copy', copy, 'Copy the picture'),
      ),
      element('div', { class: 'heading' }, 'Numbers shown'),
      row(
        button(
          'CSV',
          saving('csv', () => exportable.csv()),
          'Save the numbers shown as CSV',
        ),
        button(
          'JSON',
          saving('json', () => exportable.json()),
          'Save the numbers shown as JSON',
        ),
      ),
    ],
    'Save or copy the picture or its numbers',
  );
  return menu.element;
}
