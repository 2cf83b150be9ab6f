import type { Html } from "#lib/jsx/jsx-runtime.ts";

const columns = 7;
const rows = 4;

/** Book cloth: a lightness and a strength for the ground, the pattern on it, and the foil. */
const cloths = [
  [32, 0.045, 41, 0.06, 88],
  [43, 0.065, 52, 0.08, 90],
  [55, 0.075, 64, 0.075, 93],
  [84, 0.04, 77, 0.055, 40],
  [91, 0.025, 84, 0.045, 48],
] as const;

/**
 * A calm cover for an entry without a picture: book cloth in the hue of its topic, stamped with quarter circles like
 * printer's ornaments, in an order that its title decides. The same words always give the same cover.
 */
export function Cover({ title, topic }: { title: string; topic?: string | undefined }): Html {
  const next = random(hash(title));
  const hue = hash(topic ?? title) % 360;
  const [ground, strength, pattern, patternStrength, foil] = cloths[Math.floor(next() * cloths.length)] ?? cloths[0];
  const fills = [`oklch(${pattern}% ${patternStrength} ${hue})`, `oklch(${foil}% 0.05 ${hue})`];
  const shapes = [Math.floor(next() * 6), Math.floor(next() * 6), 6];
  const paths = ["", ""];
  for (let cell = 0; cell < columns * rows; cell++) {
    const shape = shapes[Math.floor(next() * 3)] ?? 6;
    const layer = next() < 0.22 ? 1 : 0;
    paths[layer] += tile(cell % columns, Math.floor(cell / columns), shape);
  }
  return (
    <svg viewBox={`0 0 ${columns} ${rows}`} preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      <rect width={columns} height={rows} fill={`oklch(${ground}% ${strength} ${hue})`} />
      {paths.map((path, layer) => (
        <path d={path} fill={fills[layer]} />
      ))}
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
