import { sampler } from "#apps/mail/sampler.tsx";
import { deliverMailing } from "#apps/mail/ledger.ts";
import { countRecipients, prepareMailing } from "#apps/mail/mailings.ts";
import { startSendgrid } from "#lib/mail/testing/sendgrid.ts";
import { openTransport } from "#lib/mail/transport.ts";
import { judged, type Row } from "../report.ts";
import { openWorld } from "../world.ts";

const count = 100_000;

/** A mailing to 100,000 recipients, written into the ledger and handed to a stand-in for SendGrid in this process. */
export async function mail(): Promise<Row[]> {
  await openWorld();
  const provider = await startSendgrid({ keep: false });
  const recipients = Array.from({ length: count }, (_, n) => ({ address: `reader.${n}@example.org`, name: "Reader" }));
  const startedAt = performance.now();
  const mailing = await prepareMailing(sampler, { name: "all" }, { key: "bench", recipients });
  const preparedAt = performance.now();
  await deliverMailing(mailing.id, { transport: openTransport(provider.url) });
  const endedAt = performance.now();
  const { accepted = 0 } = await countRecipients(mailing.id);
  await provider.close();
  if (accepted !== count || provider.sink.size !== count)
    throw new Error(`Only ${accepted} of ${count} were accepted.`);
  const rate = (ms: number): number => Math.round((count / ms) * 1000);
  return [
    { part: "mail", what: "100,000 recipients settled", unit: "a second", ours: rate(preparedAt - startedAt) },
    judged({
      part: "mail",
      what: "100,000 recipients handed over",
      unit: "a second",
      ours: rate(endedAt - preparedAt),
      target: { atLeast: 5000 },
    }),
  ];
}
