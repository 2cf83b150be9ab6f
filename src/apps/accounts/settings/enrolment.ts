import { z } from "zod";
import { qrCode } from "#lib/qr.tsx";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { open, seal } from "#lib/seal.ts";
import { newTotpSecret, totpUri, verifyTotp } from "#lib/totp.ts";
import { config } from "#config.ts";
import type { User } from "../schema.ts";

const goodForMs = 3_600_000;
const kept = z.object({ secret: z.string(), at: z.number() });

/** A secret on its way into an app. Until a code has shown that it arrived it is nowhere but in the form, sealed. */
export interface Enrolment {
  /** For the form. */
  sealed: string;
  /** The secret in groups of four, for typing. */
  secret: string;
  uri: string;
  qr: Html;
}

export async function beginEnrolment(user: User): Promise<Enrolment> {
  const secret = await newTotpSecret();
  return await showEnrolment(user, {
    secret,
    sealed: seal(purposeOf(user), JSON.stringify({ secret, at: Date.now() })),
  });
}

/** The same enrolment once more, after a wrong code; another when it is too old or was not ours. */
export async function resumeEnrolment(user: User, sealed: string): Promise<Enrolment> {
  const secret = secretIn(user, sealed);
  return secret === undefined ? await beginEnrolment(user) : await showEnrolment(user, { secret, sealed });
}

/** The secret and the step of the code that its app has shown; undefined when the code is wrong. */
export async function checkEnrolment(
  user: User,
  sealed: string,
  code: string,
): Promise<{ secret: string; step: number } | undefined> {
  const secret = secretIn(user, sealed);
  const step = secret === undefined ? undefined : await verifyTotp(secret, code, { afterStep: null });
  return secret === undefined || step === undefined ? undefined : { secret, step };
}

async function showEnrolment(user: User, { secret, sealed }: { secret: string; sealed: string }): Promise<Enrolment> {
  const uri = await totpUri(secret, { issuer: config.SITE_NAME, account: user.address });
  const qr = await qrCode(uri, { label: "QR code for your authenticator app" });
  return { sealed, secret: secret.replace(/(.{4})(?=.)/g, "$1 "), uri, qr };
}

function secretIn(user: User, sealed: string): string | undefined {
  const text = open(purposeOf(user), sealed);
  if (text === undefined) return undefined;
  const { secret, at } = kept.parse(JSON.parse(text));
  return Date.now() - at < goodForMs ? secret : undefined;
}

function purposeOf({ id }: User): string {
  return `totp that ${id} sets up`;
}
