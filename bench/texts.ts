import { randomNumbers } from "./random.ts";

const words = (
  "the page reader server answers request function value list returns every header cache query index before after " +
  "because when small fast written measured rendered stored what which always never module import object string number " +
  "test loop file name line error first second third between under several without"
).split(" ");

const code = [
  '```python title="measure.py" linenums="1" hl_lines="2"\nimport time\n\n\ndef measure(work):\n    start = time.perf_counter()\n    work()\n    return time.perf_counter() - start\n```',
  "```pycon\n>>> sorted([3, 1, 2])\n[1, 2, 3]\n>>> measure(lambda: sum(range(1_000)))\n1.2e-05\n```",
  "```typescript\nexport async function visit(url: string): Promise<number> {\n  const response = await fetch(url);\n  return response.status;\n}\n```",
];

const table = "| what | time |\n| --- | ---: |\n| query | 0.2 ms |\n| page | 0.4 ms |";

/** Markdown in the dialect: a heading, a list, code, a callout and a table among so many paragraphs. Always the same. */
export function makeText(
  seed: number,
  { paragraphs, links = [], images = [] }: { paragraphs: number; links?: string[]; images?: string[] },
): string {
  const random = randomNumbers(seed);
  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)];
  const sentence = (): string => {
    const text = Array.from({ length: 8 + Math.floor(random() * 10) }, () => pick(words)).join(" ");
    return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
  };
  const paragraph = (): string => Array.from({ length: 4 }, sentence).join(" ");

  return Array.from({ length: paragraphs }, (_, number) => {
    const link = links.length === 0 ? "" : ` See [the other text](${pick(links)}).`;
    const text = `${paragraph()} Call \`measure(work)\` and *compare* it with **what it was**.${link}`;
    if (number % 10 === 0) return `## ${sentence().slice(0, -1)}\n\n${text}`;
    if (number % 10 === 2) return `${text}\n\n${code[((number / 10) % 3) | 0]}`;
    if (number % 10 === 4) return `${sentence()}\n\n- ${sentence()}\n- ${sentence()}\n- ${sentence()}`;
    if (number % 10 === 6 && images.length > 0) return `${text}\n\n![${sentence()}](${pick(images)})`;
    if (number % 20 === 8) return `> [!NOTE]\n> ${paragraph()}`;
    if (number % 20 === 18) return `${text}\n\n${table}`;
    return text;
  }).join("\n\n");
}
