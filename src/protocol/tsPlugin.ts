/*
 * What the extension tells its plugin of VS Code’s TypeScript server.
 */

/** Name of the plugin in the manifest, and of its package. */
export const PLUGIN_NAME = 'polysemanticity-cells';

/** Sent whenever something of it changes. */
export interface PluginConfiguration {
  /** Absolute paths of the declarations of what cells import as `polysemanticity`, and of its globals. */
  readonly types: { readonly api: string; readonly globals: string };
  /**
   * Notebooks whose cells run on a kernel of the lab, by absolute path as URIs write it: the fragments of
   * the URIs of their TypeScript and JavaScript cells, in their order.
   */
  readonly notebooks: Readonly<Record<string, readonly string[]>>;
}

/** Before it is told anything. */
export const NOTHING: PluginConfiguration = { types: { api: '', globals: '' }, notebooks: {} };
