/*
 * What a notebook file says of the kernel that it was written for.
 */

/** As Jupyter names a kernel. */
export const KERNELSPEC = {
  name: 'polysemanticity',
  display_name: 'Polysemanticity (TypeScript)',
  language: 'typescript',
} as const;

const LANGUAGE_INFO = {
  name: 'typescript',
  file_extension: '.ts',
  mimetype: 'text/typescript',
} as const;

/** Whether a notebook's metadata names this kernel. */
export function isMeantForUs(metadata: unknown): boolean {
  const { kernelspec } = (metadata ?? {}) as { readonly kernelspec?: unknown };
  return (kernelspec as { readonly name?: unknown } | null | undefined)?.name === KERNELSPEC.name;
}

/** A notebook's metadata with this kernel in place of any other. */
export function withKernelspec(metadata: unknown): Record<string, unknown> {
  return { ...(metadata ?? {}), kernelspec: KERNELSPEC, language_info: LANGUAGE_INFO };
}
