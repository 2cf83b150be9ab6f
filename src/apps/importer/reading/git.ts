import { execFile } from "node:child_process";
import { promisify } from "node:util";

export interface GitDates {
  first: Date;
  last: Date;
}

// A folder from elsewhere may carry settings that make git run programs, fetch from a server or ask a person.
const harmless = ["-c", "log.showSignature=false", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"];
const environment = { GIT_NO_LAZY_FETCH: "1", GIT_ALLOW_PROTOCOL: "none", GIT_TERMINAL_PROMPT: "0", GIT_PAGER: "cat" };

/** When each file of a folder was first and last committed, by its path below it. Empty without git or a repository. */
export async function readGitDates(root: string): Promise<ReadonlyMap<string, GitDates>> {
  const dates = new Map<string, GitDates>();
  const log = [
    "log",
    "--format=%x00%ct",
    "--name-only",
    "--relative",
    "-z",
    "--no-ext-diff",
    "--no-textconv",
    "--",
    ".",
  ];
  const output = await promisify(execFile)("git", [...harmless, ...log], {
    cwd: root,
    env: { ...process.env, ...environment },
    timeout: 20_000,
    maxBuffer: 200_000_000,
  }).then(
    ({ stdout }) => stdout,
    () => "",
  );
  // Commits come newest first: an empty item, the time, then a line break before the first name.
  let time = new Date(Number.NaN);
  let next: "time" | "name" = "name";
  for (const item of output.split("\0")) {
    if (item === "") {
      next = "time";
    } else if (next === "time") {
      time = new Date(Number(item.trim()) * 1000);
      next = "name";
    } else {
      const file = item.replace(/^\n/, "");
      const known = dates.get(file);
      dates.set(file, { first: time, last: known?.last ?? time });
    }
  }
  return dates;
}
