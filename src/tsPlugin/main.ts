import type ts from 'typescript';
import { CellProject, type PluginInfo } from './plugin';
import { NOTHING, type PluginConfiguration } from '../protocol/tsPlugin';
import { cellService } from './service';

/*
 * A plugin of VS Code's TypeScript server, run in its process. It lets notebook cells import the lab and
 * modules beside their notebook, and see declarations of other cells.
 */

/** Called by the TypeScript server once per process. */
export default function plugin({ typescript }: { readonly typescript: typeof ts }): {
  create(info: PluginInfo): ts.LanguageService;
  onConfigurationChanged(told: PluginConfiguration): void;
} {
  let configuration = NOTHING;
  const projects = new Set<PluginInfo['project']>();
  return {
    create(info) {
      projects.add(info.project);
      const cells = new CellProject(typescript, info, () => configuration);
      return cellService(info.languageService, cells.ownLength);
    },
    onConfigurationChanged(told) {
      configuration = { ...NOTHING, ...told };
      for (const project of projects) {
        if (project.isClosed()) projects.delete(project);
        else refresh(project);
      }
    },
  };
}

/** Makes the server re-read the texts, which changed without edits. */
function refresh(project: PluginInfo['project'] & { markAsDirty?(): void }): void {
  project.markAsDirty?.();
  project.updateGraph();
  project.refreshDiagnostics();
}
