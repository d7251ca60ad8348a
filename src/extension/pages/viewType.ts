/** What is shown in panels of the editor area; also the name of its bundle and style sheet in dist/pages. */
export type SurfaceName = 'matrix' | 'trajectories';

/** Type of a surface's panels, under which they are restored with the window. */
export function viewTypeOf(name: SurfaceName): string {
  return `polysemanticity.${name}`;
}
