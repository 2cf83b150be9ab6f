import { fork } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { sampler } from "#apps/mail/sampler.tsx";
import { prepareMailing } from "#apps/mail/mailings.ts";
import { settleMailing, settleMessage } from "#apps/mail/deciding.ts";
import { mailingRecipients, messages } from "#apps/mail/schema.ts";
import { sendMail } from "#apps/mail/sending.ts";
import { release } from "#apps/operations/releasing.ts";
import { restoreSite } from "#apps/operations/restoring.ts";
import { withScratch } from "#lib/backup/scratch.ts";
import { connect, db, disconnect } from "#lib/db.ts";
import { startSendgrid } from "#lib/mail/testing/sendgrid.ts";
import { openStorage } from "#lib/storage.ts";
import { eq, inArray } from "drizzle-orm";
import { countJobs, until } from "../jobs/world.ts";
import { bell } from "./bell.ts";
import { withBackups } from "./world.ts";

const script = resolve(import.meta.dirname, "worker.ts");

/**
 * B6: a backup with mail that waits and a mailing that is half sent is restored, and workers begin. Counts what they sent before they
 * were let go; what was sent then that may have been sent before; and, once somebody has decided, who did not get it once.
 */
export async function restoreWaiting({ messages: count, recipients }: { messages: number; recipients: number }) {
  return await withBackups(async ({ world, folder, write, stored }) => {
    for (let n = 0; n < count; n++) await sendMail(sampler, { address: `waits.${n}@example.org` }, { name: "Sam" });
    const people = Array.from({ length: recipients }, (_, n) => ({ address: `reader.${n}@example.org` }));
    const mailing = await prepareMailing(sampler, { name: "all" }, { key: "half", recipients: people });
    const sent = people.slice(0, recipients / 2).map(({ address }) => address);
    await db.update(mailingRecipients).set({ state: "accepted" }).where(inArray(mailingRecipients.address, sent));
    await write("waiting");
    const provider = await startSendgrid({ delayMs: 0, keep: false });
    await disconnect();
    try {
      return await withScratch(world.url, async (url) => {
        await restoreSite(stored("waiting"), url, openStorage(join(folder, "restored")));
        connect(url);
        const worker = fork(script, [url, provider.url], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
        try {
          // What harms nobody runs, so the worker has looked at the rest, and would have begun it.
          await sendMail(sampler, { address: "new@example.org" }, { name: "Sam" });
          await bell.later({});
          await until(async () => (await countJobs("faults.bell", "completed")) === 1, 60_000);
          await until(async () => (await countJobs("mail.%", "active")) === 0, 60_000);
          const whileHeld = provider.calls();
          await release({ sends: false });
          await until(async () => provider.sink.has("new@example.org"), 60_000);
          await until(async () => (await countJobs("mail.%", "created retry active")) === 0, 60_000);
          const unasked = provider.sink.size - 1;
          const doubtful = await db.select().from(messages).where(eq(messages.state, "unknown"));
          for (const { id } of doubtful) await settleMessage(id, "queued");
          const settled = doubtful.length + (await settleMailing(mailing.id, "queued"));
          await until(async () => (await countJobs("mail.%", "created retry active")) === 0, 60_000);
          const twice = [...provider.sink.values()].filter((times) => times > 1).length;
          const wrongly = sent.filter((address) => provider.sink.has(address)).length;
          const lost = count + recipients / 2 + 1 - provider.sink.size;
          return { whileHeld, unasked, settled, twice, wrongly, lost };
        } finally {
          worker.kill("SIGKILL");
          await once(worker, "exit");
          await disconnect();
        }
      });
    } finally {
      connect(world.url);
      await provider.close();
    }
  });
}
