import { z } from "zod";
import type { Answer, Reply, Request } from "#lib/app.ts";
import { readForm } from "#lib/forms.ts";
import { visitOf } from "#lib/http/forgery.ts";
import { guardMail } from "../limits.ts";
import { hashSecret } from "../secrets.ts";
import { findUserByAddress } from "../users.ts";
import { AskPage, type AskPageProps } from "../views/link.tsx";
import { addressField, proofField } from "./fields.ts";
import { mailToken } from "./mailing.ts";
import { afterSignIn, wayIn, wayShape } from "./way.ts";

const form = z.object({ ...wayShape, address: addressField, proof: proofField });

/** Has a link and a code mailed to the address that was typed, if it has an account; answers everybody the same. */
export async function askForMail(
  request: Request,
  reply: Reply,
  { purpose, answer }: { purpose: "sign-in" | "reset"; answer: string },
): Promise<Answer> {
  const { data, errors, values } = readForm(request, form);
  const way = wayIn(values);
  const show = (status: 422 | 429, more: Partial<AskPageProps>): Answer => {
    reply.code(status);
    return <AskPage purpose={purpose} way={way} values={values} {...more} />;
  };
  if (data === undefined) return show(422, { errors });
  const { address, proof } = data;
  const user = await findUserByAddress(address);
  const guard = await guardMail(request, { address, userId: user?.id, proof });
  if (guard.asks !== undefined) return show(429, { work: guard.asks });
  const visitHash = hashSecret(visitOf(request, reply));
  await mailToken.later({ purpose, address, visitHash, next: afterSignIn(way) });
  return reply.redirect(answer, 303);
}
