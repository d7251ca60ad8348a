/*
 * Kernel and language in the metadata of a notebook file.
 */

/** This kernel in Jupyter's format. */
const KERNELSPEC = {
  name: 'polysemanticity',
  display_name: 'Polysemanticity (TypeScript)',
  language: 'typescript',
} as const;

const LANGUAGE_INFO = {
  name: 'typescript',
  file_extension: '.ts',
  mimetype: 'text/typescript',
} as const;

/** VS Code's ids of the languages that this kernel executes. */
export const LANGUAGES: readonly string[] = ['typescript', 'javascript'];

/** The language of a code cell. */
export interface CodeCell {
  /** VS Code's id of the language. */
  readonly language: string;
  readonly isEmpty: boolean;
}

/** Whether a notebook's metadata names this kernel. */
export function namesThisKernel(metadata: unknown): boolean {
  return partOf(metadata, 'kernelspec').name === KERNELSPEC.name;
}

/**
 * Whether this kernel can execute a notebook: it names the kernel, has cells in the kernel's languages, or names no
 * other language. If the metadata names no language, VS Code treats cells as Python, so their language counts only if
 * they are not empty.
 */
export function canExecute(metadata: unknown, cells: readonly CodeCell[]): boolean {
  if (namesThisKernel(metadata)) return true;
  const written = cells.filter(({ isEmpty }) => !isEmpty);
  if (written.some(({ language }) => LANGUAGES.includes(language))) return true;
  const named = [partOf(metadata, 'language_info').name, partOf(metadata, 'kernelspec').language];
  const languages = named.filter((language) => typeof language === 'string');
  if (languages.length > 0) {
    return languages.every((language) => LANGUAGES.includes(language.toLowerCase()));
  }
  // A named kernel without a language is a different kernel.
  return written.length === 0 && partOf(metadata, 'kernelspec').name === undefined;
}

/** The metadata of a notebook with this kernel instead of any other. */
export function withKernelspec(metadata: unknown): Record<string, unknown> {
  return { ...(metadata ?? {}), kernelspec: KERNELSPEC, language_info: LANGUAGE_INFO };
}

/** An object in the metadata; empty if there is no object under this key. */
function partOf(metadata: unknown, key: string): Readonly<Record<string, unknown>> {
  const part = (metadata as Readonly<Record<string, unknown>> | null | undefined)?.[key];
  return typeof part === 'object' && part !== null ? (part as Record<string, unknown>) : {};
}
