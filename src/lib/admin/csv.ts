/** What a spreadsheet would take for a formula: https://owasp.org/www-community/attacks/CSV_Injection */
const formula = /^[=+\-@\t\r]/;
const number = /^-?\d+(\.\d+)?$/;

/** A line of CSV as RFC 4180 has it. A cell that a spreadsheet would run is made text by an apostrophe. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

function csvCell(text: string): string {
  const safe = formula.test(text) && !number.test(text) ? `'${text}` : text;
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The lines of a CSV file with the numbers under which editors show them. Commas or semicolons stand between cells. */
export function readCsv(text: string): { line: number; cells: string[] }[] {
  const source = text.replace(/^\uFEFF/, "");
  const comma = separatorOf(source);
  const rows: { line: number; cells: string[] }[] = [];
  let [cells, cell, isQuoted, line]: [string[], string, boolean, number] = [[], "", false, 1];
  let start = 1;
  const endRow = (): void => {
    cells.push(cell);
    if (cells.length > 1 || cell !== "") rows.push({ line: start, cells: cells.map(unguarded) });
    [cells, cell, start] = [[], "", line];
  };
  for (let at = 0; at < source.length; at++) {
    const character = source[at] ?? "";
    if (character === "\n") line += 1;
    if (isQuoted) {
      if (character !== '"') cell += character;
      else if (source[at + 1] === '"') [cell, at] = [`${cell}"`, at + 1];
      else isQuoted = false;
    } else if (character === '"' && cell === "") isQuoted = true;
    else if (character === comma) [cells, cell] = [[...cells, cell], ""];
    else if (character === "\n") endRow();
    else if (character !== "\r" || source[at + 1] !== "\n") cell += character;
  }
  if (cell !== "" || cells.length > 0) endRow();
  return rows;
}

// The apostrophe that an export has put before it.
function unguarded(text: string): string {
  return text.startsWith("'") && formula.test(text.slice(1)) ? text.slice(1) : text;
}

function separatorOf(source: string): string {
  const [head = ""] = source.split("\n", 1);
  return head.includes(";") && !head.includes(",") ? ";" : ",";
}
