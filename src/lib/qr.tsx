import type { Html } from "./jsx/jsx-runtime.ts";

// ISO/IEC 18004 asks for four modules of quiet around the code.
const quiet = 4;

/**
 * A QR code as SVG. It brings its own colours as attributes, dark on white in every theme, since many cameras do not read the
 * reverse; its size is for the style sheet.
 */
export async function qrCode(text: string, { label }: { label: string }): Promise<Html> {
  const { encode } = await import("uqr");
  const { data, size } = encode(text, { ecc: "M", border: quiet });
  return (
    <svg class="qr" role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} shape-rendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path fill="#000" d={data.map(rowPath).join("")} />
    </svg>
  );
}

// One stroke for each run of dark modules.
function rowPath(row: readonly boolean[], y: number): string {
  let path = "";
  for (let x = 0; x < row.length; x += 1) {
    const start = x;
    while (row[x]) x += 1;
    if (x > start) path += `M${start} ${y}h${x - start}v1h-${x - start}z`;
  }
  return path;
}
