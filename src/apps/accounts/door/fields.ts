import { z } from "zod";
import { mailAddress } from "#lib/mail/headers.ts";
import { isBreached, passwordProblem } from "#lib/passwords.ts";

/** A mail address, in the one way in which it is written here. */
export const addressField = z.string("Type your mail address.").transform((text, context) => {
  const address = mailAddress(text);
  if (address !== undefined) return address;
  const message = text.trim() === "" ? "Type your mail address." : "This is not a mail address that we can write to.";
  context.addIssue({ code: "custom", message });
  return z.NEVER;
});

/** What a browser has worked out, where that was asked for. */
export const proofField = z.string().optional();

export const wrongCode = "This code is wrong, or too old. After five wrong ones, ask for another mail.";

/** What is wrong with a password that somebody chooses, here or because it is known elsewhere. */
export async function newPasswordProblem(
  password: string,
  owner: { address: string; name: string },
): Promise<string | undefined> {
  const problem = await passwordProblem(password, owner);
  if (problem !== undefined) return problem;
  const isKnown = await isBreached(password);
  return isKnown ? "This password was stolen elsewhere, and is among those that are tried first." : undefined;
}
