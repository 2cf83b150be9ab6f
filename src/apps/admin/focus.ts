/** The longer side of the picture in which somebody points, in CSS pixels: on a phone it fits as it is. */
const side = 304;

/** How large a picture is shown to be pointed at: what was pressed is told in these pixels. */
export function shownWithin({ width, height }: { width: number; height: number }): { width: number; height: number } {
  const scale = side / Math.max(width, height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
