/* Messages of the extension to its plugin for VS Code’s TypeScript server. */

/** Name of the plugin in the manifest, and of its package. */
export const PLUGIN_NAME = 'polysemanticity-cells';

/** Sent whenever it changes. */
export interface PluginConfiguration {
  /** Absolute paths of the declarations of what cells import as `polysemanticity`, and of its globals. */
  readonly types: { readonly api: string; readonly globals: string };
  /**
   * Notebooks with a kernel of the lab, by absolute path as in URIs: the URI fragments of their TypeScript and
   * JavaScript cells, in order.
   */
  readonly notebooks: Readonly<Record<string, readonly string[]>>;
}

/** The initial configuration. */
export const NOTHING: PluginConfiguration = { types: { api: '', globals: '' }, notebooks: {} };
