import { resolve, sep } from "node:path";
import type { Question } from "./question.ts";

const gigabyte = 1e9;

/** The process, its user and its disk. */
export const machine: readonly Question[] = [
  {
    name: "it is no development",
    ask: ({ config }) =>
      config.DEV
        ? "DEV is on, which is for writing Lectern itself: leave it out, and run ./manage start or serve."
        : undefined,
  },
  {
    name: "the log says enough, and not too much",
    ask: ({ config: { LOG_LEVEL } }) => {
      if (LOG_LEVEL === "debug") return "LOG_LEVEL is debug, which fills the disk: set it to info or warn.";
      return LOG_LEVEL === "silent" || LOG_LEVEL === "fatal"
        ? `LOG_LEVEL is ${LOG_LEVEL}, so errors leave no trace: set it to info or warn.`
        : undefined;
    },
  },
  {
    name: "it does not run as root",
    ask: ({ machine: { uid } }) =>
      uid === 0
        ? "This runs as root, so whoever breaks into the site has the machine: run it as a user of its own, as in docs/deploying.md."
        : undefined,
  },
  {
    name: "DATA_DIR stays",
    ask: ({ config: { DATA_DIR }, machine: { temporaryFolder } }) =>
      [temporaryFolder, "/tmp", "/var/tmp", "/dev/shm"].some((folder) => isInside(DATA_DIR, folder))
        ? `DATA_DIR is ${DATA_DIR}, which is emptied now and then: set it to a folder that stays, such as /var/lib/lectern.`
        : undefined,
  },
  {
    name: "DATA_DIR can be written",
    ask: ({ config: { DATA_DIR }, machine: { dataDir } }) =>
      dataDir.isWritable ? undefined : `This user cannot write in DATA_DIR: chown -R USER ${DATA_DIR}`,
  },
  {
    name: "only the site writes in DATA_DIR",
    ask: ({ config: { DATA_DIR }, machine: { dataDir } }) =>
      (dataDir.mode & 0o002) === 0
        ? undefined
        : `Everybody on this machine can write in DATA_DIR: chmod o-w ${DATA_DIR}`,
  },
  {
    name: "the disk has room",
    ask: ({ config: { DATA_DIR }, machine: { dataDir } }) =>
      dataDir.freeBytes < gigabyte || dataDir.freeShare < 0.05
        ? `The disk of DATA_DIR has ${(dataDir.freeBytes / gigabyte).toFixed(1)} GB left, ${Math.floor(dataDir.freeShare * 100)}%: make room, or move ${DATA_DIR} to a larger one.`
        : undefined,
  },
  {
    name: "it may open enough files",
    ask: ({ machine: { openFiles = Infinity } }) =>
      openFiles < 4096
        ? `The process may open ${openFiles} files and connections: set LimitNOFILE=65536 in systemd, or ulimit -n 65536.`
        : undefined,
  },
  {
    name: "certificates are checked",
    ask: ({ machine: { tlsRejectUnauthorized } }) =>
      tlsRejectUnauthorized === "0"
        ? "NODE_TLS_REJECT_UNAUTHORIZED is 0, so anybody can pass for the database, the store and the mail server: remove it; NODE_EXTRA_CA_CERTS adds a certificate."
        : undefined,
  },
  {
    name: "no debugger listens",
    ask: ({ machine: { nodeOptions } }) =>
      /--inspect(?!-publish)/.test(nodeOptions)
        ? "NODE_OPTIONS opens a debugger, through which anybody who reaches its port runs code: remove --inspect."
        : undefined,
  },
];

function isInside(path: string, folder: string): boolean {
  const [inner, outer] = [resolve(path), resolve(folder)];
  return inner === outer || inner.startsWith(outer + sep);
}
