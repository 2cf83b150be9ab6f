import type { Html } from "#lib/jsx/jsx-runtime.ts";

const columns = 8;
const rows = 4.5;

/**
 * A calm pattern for an entry without a picture: quarter circles and discs like printer's ornaments, in the hue of its topic
 * and in an order that its title decides. The same words always give the same drawing.
 */
export function Cover({ title, topic }: { title: string; topic?: string | undefined }): Html {
  const next = random(hash(title));
  const hue = hash(topic ?? title) % 360;
  const ground = next() < 0.5 ? `oklch(93% 0.028 ${hue})` : `oklch(44% 0.07 ${hue})`;
  const turn = Math.floor(next() * 4);
  const tints = [
    `oklch(87% 0.05 ${hue})`,
    `oklch(72% 0.085 ${hue})`,
    `oklch(55% 0.09 ${hue})`,
    `oklch(90% 0.06 ${(hue + 40) % 360})`,
  ];
  const cells: Html[] = [];
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const path = tile(x, y, Math.floor(next() * 9));
      const tint = tints[(turn + Math.floor(next() ** 1.6 * 4)) % 4];
      if (path !== "") cells.push(<path d={path} fill={tint} />);
    }
  }
  return (
    <svg viewBox={`0 0 ${columns} ${rows}`} preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      <rect width={columns} height={rows} fill={ground} />
      {cells}
    </svg>
  );
}

function tile(x: number, y: number, shape: number): string {
  if (shape === 0) return `M${x} ${y}h1a1 1 0 0 1-1 1z`;
  if (shape === 1) return `M${x} ${y}h1v1a1 1 0 0 1-1-1z`;
  if (shape === 2) return `M${x + 1} ${y}v1h-1a1 1 0 0 1 1-1z`;
  if (shape === 3) return `M${x} ${y + 1}v-1a1 1 0 0 1 1 1z`;
  if (shape === 4) return `M${x + 0.5} ${y + 0.22}a.28.28 0 1 1 0 .56a.28.28 0 1 1 0-.56z`;
  if (shape === 5) return `M${x} ${y}h1v1h-1z`;
  return "";
}

// FNV-1a: small, and titles that differ by a letter give drawings that have nothing in common.
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return value >>> 0;
}

// Mulberry32, a generator of 32 bits of state.
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}
