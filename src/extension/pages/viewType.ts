/** Pages that panels in the editor area show; also the names of their bundles and style sheets in dist/pages. */
export type PageName = 'matrix' | 'trajectories';

/** View type of a page's panels, by which VS Code finds the serializer that restores them. */
export function viewTypeOf(name: PageName): string {
  return `polysemanticity.${name}`;
}
