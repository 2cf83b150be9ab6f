/** Where a text stands in a line, from 1; 1 when it is written differently there, as an encoded address may be. */
export function columnOf(lines: readonly string[], line: number, text: string): number {
  const written = lines[line - 1] ?? "";
  const place = text === "" ? -1 : written.indexOf(text);
  return place < 0 ? written.search(/\S|$/) + 1 : place + 1;
}
