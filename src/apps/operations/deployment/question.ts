import type { Config } from "#config.ts";

/** A named question about a site that others read; answers what is wrong and what to set, or nothing. */
export interface Question {
  name: string;
  ask: (deployment: Deployment) => string | undefined;
}

/** Everything that the questions look at, gathered once. */
export interface Deployment {
  config: Config;
  /** The settings that were given, by name; the others have their defaults. */
  given: ReadonlySet<string>;
  machine: MachineFacts;
  /** A sentence when it cannot be reached. */
  database: DatabaseFacts | string;
  /** What went wrong when a file was stored, read and removed. */
  store: string | undefined;
}

export interface MachineFacts {
  /** Undefined where users have no numbers. */
  uid: number | undefined;
  temporaryFolder: string;
  dataDir: { mode: number; isWritable: boolean; freeBytes: number; freeShare: number };
  /** The files that secrets come from: `DATA_DIR/secret-key` and those of NAME_FILE. */
  secretFiles: readonly { path: string; mode: number }[];
  /** How many files and connections the process may open; undefined where nobody says. */
  openFiles: number | undefined;
  nodeOptions: string;
  /** NODE_TLS_REJECT_UNAUTHORIZED */
  tlsRejectUnauthorized: string | undefined;
}

export interface DatabaseFacts {
  /** As in `server_version_num`: 180004. */
  versionNumber: number;
  encoding: string;
  /** Whether the character type knows letters beyond ASCII. */
  knowsLetters: boolean;
  isSuperuser: boolean;
  isEncrypted: boolean;
  isReadOnly: boolean;
  /** Settings of the server that may lose what it has acknowledged: `fsync`. */
  unsafe: readonly string[];
  /** How many connections this user may have on this database. */
  connections: number;
  /** How far its clock is ahead of ours. */
  clockSeconds: number;
  /** Whether the manual that came with Lectern can be read on the site. */
  showsDemo: boolean;
}

/** A question about the database; nothing is wrong with one that cannot be asked, which another question says. */
export function ofDatabase(
  name: string,
  ask: (facts: DatabaseFacts, deployment: Deployment) => string | undefined,
): Question {
  return {
    name,
    ask: (deployment) => (typeof deployment.database === "string" ? undefined : ask(deployment.database, deployment)),
  };
}
