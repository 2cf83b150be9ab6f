/** One line of a session: what the reader types behind a prompt, or what the machine answers. */
export interface SessionLine {
  prompt: string;
  text: string;
  output: boolean;
}

interface SessionKind {
  prompt: RegExp;
  /** The prompt of a continued input, or undefined where continued lines have none. */
  more: RegExp;
  /** Continued lines are input only when the line before says that it goes on. */
  goesOn: (line: string) => boolean;
  /** What the author says between the inputs: it begins the session or a paragraph of it. */
  comment?: RegExp;
}

const PYTHON: SessionKind = { prompt: /^>>>(?: |$)/, more: /^\.\.\.(?: |$)/, goesOn: () => true, comment: /^#/ };
const IPYTHON: SessionKind = { prompt: /^In \[\d*\]: ?/, more: /^ {2,}\.{3,}: ?/, goesOn: () => true };
const SHELL: SessionKind = {
  prompt: /^(?:\([\w.~/-]{1,60}\) ?)?(?:[\w.-]{1,60}@[\w.-]{1,60}(?::[^\s$#]{0,100})? ?)?[$#](?: |$)/,
  more: /^> ?|^/,
  goesOn: (line) => line.endsWith("\\") || /<<-?\s*['"]?\w+/.test(line),
};
const WINDOWS: SessionKind = {
  prompt: /^(?:\([\w.~/-]{1,60}\) ?)?(?:PS(?: [A-Za-z]:[^>\n]{0,200})?|[A-Za-z]:\\[^>\n]{0,200})> ?/,
  more: /^>> ?|^/,
  goesOn: (line) => /[\^`]$/.test(line),
};

const PYTHON_NAMES = new Set(["pycon", "python", "py", "python3", "py3"]);
const SHELL_NAMES = new Set(["console", "shell-session", "sh-session", "shellsession", "terminal"]);
const WINDOWS_NAMES = new Set(["doscon", "ps1con", "pwsh-session"]);
const SCRIPT_NAMES = new Set(["bash", "sh", "shell", "zsh", "powershell", "ps", "ps1", "pwsh", "bat", "cmd"]);

/**
 * The session in a fence, or undefined when it is ordinary code. `python` and `bash` fences are one when they begin with
 * a prompt; comments may stand before the first one of Python.
 */
export function readSession(code: string, language: string): { lines: SessionLine[]; grammar: string } | undefined {
  const name = language.toLowerCase();
  const first = code.slice(0, 500).trimStart();
  if (PYTHON_NAMES.has(name) || name === "ipython") {
    if (/^(?:#.*\n\s*)*>>>(?:\s|$)/.test(first)) return { lines: split(code, [PYTHON]), grammar: "python" };
    if (IPYTHON.prompt.test(first)) return { lines: split(code, [IPYTHON]), grammar: "python" };
    return name === "pycon" ? { lines: split(code, [PYTHON]), grammar: "python" } : undefined;
  }
  if (SHELL_NAMES.has(name))
    return { lines: split(code, [WINDOWS, SHELL]), grammar: WINDOWS.prompt.test(first) ? "bat" : "shellscript" };
  if (WINDOWS_NAMES.has(name))
    return { lines: split(code, [WINDOWS]), grammar: first.startsWith("PS") ? "powershell" : "bat" };
  if (!SCRIPT_NAMES.has(name)) return undefined;
  if (first.startsWith("$ ")) return { lines: split(code, [SHELL]), grammar: "shellscript" };
  if (WINDOWS.prompt.test(first))
    return { lines: split(code, [WINDOWS]), grammar: first.startsWith("PS") ? "powershell" : "bat" };
  return undefined;
}

function split(code: string, kinds: readonly SessionKind[]): SessionLine[] {
  let last: { kind: SessionKind; text: string } | undefined;
  let begins = true;
  return code.split("\n").map((line) => {
    if (begins && kinds[0]?.comment?.test(line)) return { prompt: "", text: line, output: false };
    begins = line === "";
    for (const kind of kinds) {
      const prompt = kind.prompt.exec(line)?.[0];
      if (prompt !== undefined) return input(kind, prompt, line);
    }
    const more = last?.kind.goesOn(last.text) ? last.kind.more.exec(line)?.[0] : undefined;
    if (last && more !== undefined) return input(last.kind, more, line);
    last = undefined;
    return { prompt: "", text: line, output: true };
  });

  function input(kind: SessionKind, prompt: string, line: string): SessionLine {
    const text = line.slice(prompt.length);
    last = { kind, text };
    return { prompt, text, output: false };
  }
}
