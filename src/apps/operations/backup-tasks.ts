import { z } from "zod";
import { every, task } from "#lib/jobs.ts";
import { backUp, verifyAgain } from "./backups.ts";

// Another attempt costs as much as the first, and what was wrong is rarely mended within minutes.
const patient = { retry: { limit: 2, delaySeconds: 600 }, timeoutSeconds: 6 * 3600, whileHeld: true } as const;

export const backUpNightly = every(
  "operations.back-up",
  "7 2 * * *",
  { ...patient, queue: { concurrency: 1 } },
  (_slot, { signal }) => backUp({ signal }),
);

export const verifyOnce = task(
  "operations.verify-backup",
  {
    ...patient,
    input: z.object({ backupId: z.int() }),
    key: ({ backupId }) => String(backupId),
    queue: { concurrency: 1 },
  },
  ({ backupId }) => verifyAgain(backupId),
);
