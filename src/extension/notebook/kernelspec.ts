/*
 * What a notebook file says of the kernel and the language that it was written for.
 */

/** As Jupyter names a kernel. */
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

/** Languages of the cells that this kernel executes, as VS Code names them. */
export const LANGUAGES: readonly string[] = ['typescript', 'javascript'];

/** A code cell, as far as its language is concerned. */
export interface CodeCell {
  /** As VS Code names it. */
  readonly language: string;
  readonly isEmpty: boolean;
}

/** Whether a notebook's metadata names this kernel. */
export function isMeantForUs(metadata: unknown): boolean {
  return partOf(metadata, 'kernelspec').name === KERNELSPEC.name;
}

/**
 * Whether a notebook may be executed by this kernel: it names the kernel, or has cells in its languages, or
 * says of no other language that it is written in it. Where the metadata name no language, VS Code takes
 * cells for Python; only empty ones then say nothing.
 */
export function mayBeOurs(metadata: unknown, cells: readonly CodeCell[]): boolean {
  if (isMeantForUs(metadata)) return true;
  const written = cells.filter(({ isEmpty }) => !isEmpty);
  if (written.some(({ language }) => LANGUAGES.includes(language))) return true;
  const named = [partOf(metadata, 'language_info').name, partOf(metadata, 'kernelspec').language];
  const languages = named.filter((language) => typeof language === 'string');
  if (languages.length > 0) {
    return languages.every((language) => LANGUAGES.includes(language.toLowerCase()));
  }
  // A kernel that is named without its language is another one's.
  return written.length === 0 && partOf(metadata, 'kernelspec').name === undefined;
}

/** A notebook's metadata with this kernel in place of any other. */
export function withKernelspec(metadata: unknown): Record<string, unknown> {
  return { ...(metadata ?? {}), kernelspec: KERNELSPEC, language_info: LANGUAGE_INFO };
}

/** An object within the metadata; an empty one where there is none, whatever stands there. */
function partOf(metadata: unknown, key: string): Readonly<Record<string, unknown>> {
  const part = (metadata as Readonly<Record<string, unknown>> | null | undefined)?.[key];
  return typeof part === 'object' && part !== null ? (part as Record<string, unknown>) : {};
}
