import type { Config } from "#config.ts";
import { isThisMachine, databaseHost } from "./hosts.ts";
import type { Question } from "./question.ts";

const make = "openssl rand -base64 32 makes one";

/** What nobody else may know. */
export const secrets: readonly Question[] = [
  {
    name: "SECRET_KEY is set",
    ask: ({ given }) =>
      given.has("SECRET_KEY")
        ? undefined
        : `SECRET_KEY is not set, so it is lost with DATA_DIR and every machine makes its own: set it for all processes; ${make}.`,
  },
  { name: "SECRET_KEY cannot be guessed", ask: ({ config }) => sayWeak("SECRET_KEY", config.SECRET_KEY) },
  { name: "METRICS_TOKEN cannot be guessed", ask: ({ config }) => sayWeak("METRICS_TOKEN", config.METRICS_TOKEN) },
  { name: "ROBOCROP_KEY cannot be guessed", ask: ({ config }) => sayWeak("ROBOCROP_KEY", config.ROBOCROP_KEY) },
  {
    name: "the database's password cannot be guessed",
    ask: ({ config: { DATABASE_URL } }) => {
      if (DATABASE_URL === undefined || isThisMachine(databaseHost(DATABASE_URL))) return undefined;
      const { username, password, pathname } = new URL(DATABASE_URL);
      return ["", "postgres", "lectern", "password", "secret", username, pathname.slice(1)].includes(password)
        ? `The password in DATABASE_URL is the first that anybody tries: give the user another; ${make}.`
        : undefined;
    },
  },
  {
    name: "every secret serves once",
    ask: ({ config }) => {
      const known = new Map<string, string>();
      for (const [name, value] of listSecrets(config)) {
        const other = known.get(value);
        if (other !== undefined) {
          return `${other} and ${name} hold the same secret, so whoever has one has both: set another; ${make}.`;
        }
        known.set(value, name);
      }
      return undefined;
    },
  },
  {
    name: "files of secrets are private",
    ask: ({ machine }) => {
      const open = machine.secretFiles.find(({ path, mode }) => (mode & 0o007) !== 0 && !path.startsWith("/run/"));
      return open && `${open.path} holds a secret and can be read by everybody on this machine: chmod 600 ${open.path}`;
    },
  },
];

const guessable = /change.?me|example|password|passw0rd|secret|lectern|known.to.everybody|openssl|12345678|qwerty|…/i;

function sayWeak(name: string, value: string | undefined): string | undefined {
  if (value === undefined || (new Set(value).size >= 6 && !guessable.test(value))) return undefined;
  return `${name} can be guessed: set it to one that was drawn by chance; ${make}.`;
}

function listSecrets(config: Config): [name: string, value: string][] {
  const found: [string, string | undefined][] = [
    ["SECRET_KEY", config.SECRET_KEY],
    ["ROBOCROP_KEY", config.ROBOCROP_KEY],
    ["METRICS_TOKEN", config.METRICS_TOKEN],
    ["DATABASE_URL", passwordOf(config.DATABASE_URL)],
    ["STORAGE_URL", passwordOf(config.STORAGE_URL)],
    ["MAIL_URL", passwordOf(config.MAIL_URL)],
  ];
  return found.flatMap(([name, value]) => (value === undefined || value === "" ? [] : [[name, value]]));
}

function passwordOf(url: string | undefined): string | undefined {
  const password = URL.parse(url ?? "")?.password;
  if (password === undefined) return undefined;
  try {
    return decodeURIComponent(password);
  } catch {
    return password;
  }
}
