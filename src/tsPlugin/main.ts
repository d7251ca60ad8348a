import type ts from 'typescript';
import { CellProject, type PluginInfo } from './plugin';
import { NOTHING, type PluginConfiguration } from '../protocol/tsPlugin';
import { cellService } from './service';

/*
 * A plugin of VS Code's TypeScript server: lets cells of notebooks import the lab, what is beside their
 * notebook, and see what other cells declare. It runs in the process of that server.
 */

/** Called by the TypeScript server, once a process. */
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
        else lookAgain(project);
      }
    },
  };
}

/** Texts are other than they were, though nobody has typed. */
function lookAgain(project: PluginInfo['project'] & { markAsDirty?(): void }): void {
  project.markAsDirty?.();
  project.updateGraph();
  project.refreshDiagnostics();
}
