import type { Passing } from "#lib/backup.ts";

/** What a backup leaves out, and why: whatever else is in the database is in it. */
export const passing: Passing = {
  "public.sessions": { why: "whoever was signed out since must not be signed in by a restore" },
  "public.one_time_tokens": { why: "what was used since must not be good again, and is good for minutes" },
  "public.limits": { why: "are counts of minutes" },
  "public.job_rates": { why: "are about the next second" },
  "public.check_states": { why: "are asked anew each minute" },
  "public.backups": { why: "says what lies beside the database, and that outlives it" },
  "public.holds": { why: "is set by the restore itself" },
  "pgboss.job": { keep: "state not in ('completed', 'cancelled')", why: "what was done need not be done" },
  "pgboss.version": { why: "comes with the tables of the queues" },
  "pgboss.queue_stats": { why: "are figures of days, in a table for each" },
  "pgboss.instance": { why: "are processes" },
  "pgboss.warning": { why: "is in the log as well" },
  "pgboss.bam": { why: "is work of the tables of the queues on themselves" },
  "drizzle.__drizzle_migrations": { why: "is written by the migrations, which the backup names" },
};
