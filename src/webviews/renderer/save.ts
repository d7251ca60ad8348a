import type { ExportedFile } from '../../protocol/connection';

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
