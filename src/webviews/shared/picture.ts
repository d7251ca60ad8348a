import { type Figure, svgText } from '../../figures/marks/svgText';

/** Pixels of the picture per CSS pixel: 300 per inch instead of 96. */
const PIXELS = 300 / 96;
/** The longest side, in pixels, that all browsers can draw. */
const MAX_SIDE = 16_000;

/** A figure as SVG, in UTF-8. */
export function svgBytes(figure: Figure): Uint8Array {
  return new TextEncoder().encode(svgText(figure));
}

/** A figure as PNG with 300 pixels per inch. */
export async function pngBlob(figure: Figure): Promise<Blob> {
  const { width, height } = figure;
  const scale = Math.min(PIXELS, MAX_SIDE / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('the page has no canvas to draw on');
  const address = URL.createObjectURL(new Blob([svgText(figure)], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    context.imageSmoothingEnabled = false;
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
  } finally {
    URL.revokeObjectURL(address);
  }
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error('the picture is too large'))),
      'image/png',
    );
  });
}

/** Puts a figure into the clipboard, as PNG. */
export async function copyPicture(figure: Figure): Promise<void> {
  // Passes the promise immediately: after a wait, the browser no longer attributes it to the click.
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': pngBlob(figure) })]);
}
