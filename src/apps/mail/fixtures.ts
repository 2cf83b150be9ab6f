import { sampler } from "./sampler.tsx";
import { deliverMessage, sendMail } from "./sending.ts";

/** One mail in the mailbox, to `sam`, who left nothing. */
export async function addLetter(): Promise<void> {
  const id = await sendMail(sampler, { address: "sam@example.org", name: "Sam" }, sampler.example, { key: "fixture" });
  if (id !== undefined) await deliverMessage(id);
}
