import path from 'node:path/posix';
import type ts from 'typescript';
import type tsserver from 'typescript/lib/tsserverlibrary';
import { cellOf, siblingOf, type CellFile } from './cellFile';
import { topLevelNames } from './names';
import type { PluginConfiguration } from '../protocol/tsPlugin';
import { CELL_MODULE, GLOBALS_MODULE, textBehind, type DeclaringCell } from './sharing';
import type { OwnLength } from './spans';

/** The part of the API of TypeScript's server plugins used here. */
export type PluginInfo = tsserver.server.PluginCreateInfo;

/** The name under which cells import the lab. */
const API_MODULE = 'polysemanticity';

/** Presents the cells of a project to the TypeScript server with their shared declarations appended. */
export class CellProject {
  private readonly names = new Map<
    string,
    { readonly version: string; readonly names: string[] }
  >();
  private readonly versionOf: (file: string) => string;
  private readonly snapshotOf: (file: string) => ts.IScriptSnapshot | undefined;

  constructor(
    private readonly typescript: typeof ts,
    { languageServiceHost: host }: PluginInfo,
    private readonly configuration: () => PluginConfiguration,
  ) {
    this.versionOf = host.getScriptVersion.bind(host);
    this.snapshotOf = host.getScriptSnapshot.bind(host);
    host.getScriptVersion = (file) => {
      const behind = this.behind(file);
      return behind === '' ? this.versionOf(file) : `${this.versionOf(file)} ${hashOf(behind)}`;
    };
    host.getScriptSnapshot = (file) => {
      const snapshot = this.snapshotOf(file);
      const behind = snapshot && this.behind(file);
      return behind ? typescript.ScriptSnapshot.fromString(textOf(snapshot) + behind) : snapshot;
    };
    this.resolveAsCells(host);
  }

  /** Length of a cell's own text, without the appended part. */
  readonly ownLength: OwnLength = (file) =>
    this.isKnown(file) ? this.snapshotOf(file)?.getLength() : undefined;

  /** Resolves the plugin's module names, and other names relative to the notebook's folder. */
  private resolveAsCells(host: ts.LanguageServiceHost): void {
    const resolve = host.resolveModuleNameLiterals?.bind(host);
    if (!resolve) return;
    host.resolveModuleNameLiterals = (
      literals,
      containing,
      redirected,
      options,
      source,
      reused,
    ) => {
      const cell = this.isKnown(containing);
      if (!cell) return resolve(literals, containing, redirected, options, source, reused);
      return literals.map(({ text }) => {
        const file = this.fileOf(text, cell);
        if (file === undefined) {
          const beside = path.join(path.dirname(cell.notebook), 'cell.ts');
          return this.typescript.resolveModuleName(text, beside, options, host);
        }
        const extension = file.endsWith('.d.ts')
          ? this.typescript.Extension.Dts
          : this.typescript.Extension.Ts;
        return {
          resolvedModule: { resolvedFileName: file, extension, isExternalLibraryImport: false },
        };
      });
    };
  }

  private fileOf(module: string, cell: CellFile): string | undefined {
    const { api, globals } = this.configuration().types;
    if (module === API_MODULE) return api;
    if (module === GLOBALS_MODULE) return globals;
    return module.startsWith(CELL_MODULE)
      ? siblingOf(cell, module.slice(CELL_MODULE.length))
      : undefined;
  }

  /** The cell with this file name, if it belongs to a known notebook. */
  private isKnown(file: string): CellFile | undefined {
    const cell = cellOf(file);
    return cell && this.fragmentsOf(cell).includes(cell.fragment) ? cell : undefined;
  }

  private fragmentsOf({ notebook }: CellFile): readonly string[] {
    const { notebooks } = this.configuration();
    return Object.hasOwn(notebooks, notebook) ? notebooks[notebook] : [];
  }

  private behind(file: string): string {
    const cell = this.isKnown(file);
    if (!cell) return '';
    const cells = this.fragmentsOf(cell).map((fragment): DeclaringCell => {
      return { fragment, names: this.namesOf(siblingOf(cell, fragment)) };
    });
    return textBehind(cells, cell.fragment);
  }

  /** Empty for a cell that is not open in the editor, whose text the server does not have. */
  private namesOf(file: string): readonly string[] {
    const snapshot = this.snapshotOf(file);
    if (!snapshot) return [];
    const version = this.versionOf(file);
    let known = this.names.get(file);
    if (known?.version !== version) {
      known = { version, names: topLevelNames(this.typescript, textOf(snapshot)) };
      this.names.set(file, known);
    }
    return known.names;
  }
}

function textOf(snapshot: ts.IScriptSnapshot): string {
  return snapshot.getText(0, snapshot.getLength());
}

/** FNV-1a hash, used in versions of texts. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(36);
}
