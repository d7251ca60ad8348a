import type ts from 'typescript';
import { isOwn, ownChanges, ownDiagnostics, type OwnLength } from './spans';

type Locations = ts.RenameLocation[] | undefined;

/** Wraps a language service so that its results exclude the appended text of cells. */
export function cellService(service: ts.LanguageService, ownLength: OwnLength): ts.LanguageService {
  const own: ts.LanguageService = { ...service };
  const within = <T extends { fileName: string; textSpan: ts.TextSpan }>(
    found: readonly T[] | undefined,
  ): T[] | undefined =>
    found?.filter(({ fileName, textSpan }) => isOwn(ownLength, fileName, textSpan));

  /** Diagnostics of a file, for a cell without those of the appended text. */
  const about =
    <T extends ts.Diagnostic>(ask: (file: string) => T[]) =>
    (file: string): T[] => {
      const length = ownLength(file);
      return length === undefined ? ask(file) : ownDiagnostics(ask(file), length);
    };
  own.getSyntacticDiagnostics = about((file) => service.getSyntacticDiagnostics(file));
  own.getSemanticDiagnostics = about((file) => service.getSemanticDiagnostics(file));
  own.getSuggestionDiagnostics = about((file) => service.getSuggestionDiagnostics(file));
  own.getReferencesAtPosition = (...args) => within(service.getReferencesAtPosition(...args));
  own.findReferences = (...args) =>
    service.findReferences(...args)?.map((symbol) => ({
      ...symbol,
      references: within(symbol.references) ?? [],
    }));
  const rename = service.findRenameLocations.bind(service) as (...args: unknown[]) => Locations;
  own.findRenameLocations = (...args: unknown[]) => within(rename(...args));
  own.getDocumentHighlights = (...args) =>
    service.getDocumentHighlights(...args)?.map((document) => ({
      ...document,
      highlightSpans: document.highlightSpans.filter(({ textSpan }) =>
        isOwn(ownLength, document.fileName, textSpan),
      ),
    }));
  own.getOutliningSpans = (file) =>
    service.getOutliningSpans(file).filter(({ textSpan }) => isOwn(ownLength, file, textSpan));
  own.getNavigationTree = (file) => {
    const tree = service.getNavigationTree(file);
    const isOfCell = ({ spans }: ts.NavigationTree): boolean => isOwn(ownLength, file, spans[0]);
    return { ...tree, childItems: tree.childItems?.filter(isOfCell) };
  };
  own.organizeImports = (...args) => ownChanges(ownLength, service.organizeImports(...args));
  own.getCodeFixesAtPosition = (...args) =>
    service.getCodeFixesAtPosition(...args).map((fix) => ({
      ...fix,
      changes: ownChanges(ownLength, fix.changes),
    }));
  own.getCompletionEntryDetails = (...args) => {
    const details = service.getCompletionEntryDetails(...args);
    return details?.codeActions
      ? {
          ...details,
          codeActions: details.codeActions.map((action) => ({
            ...action,
            changes: ownChanges(ownLength, action.changes),
          })),
        }
      : details;
  };
  return own;
}
