import { z } from "zod";

// Credential ids have at most 1,023 bytes: https://www.w3.org/TR/webauthn-3/#credential-id
const base64url = (most: number) => z.base64url().min(1).max(most);
const id = base64url(1364);
const clientDataJSON = base64url(8192);
const common = {
  id,
  rawId: id,
  type: z.literal("public-key"),
  // We ask for no extension whose answer would matter.
  clientExtensionResults: z.object({}).default({}),
};

/** What a browser answers when it has made a passkey, as JSON. */
export const attestation = z.object({
  ...common,
  response: z.object({
    clientDataJSON,
    attestationObject: base64url(65_536),
    transports: z
      .array(z.string().regex(/^[a-z-]{1,20}$/))
      .max(10)
      .optional(),
  }),
});
export type Attestation = z.infer<typeof attestation>;

/** What a browser answers when it has used a passkey, as JSON. */
export const assertion = z.object({
  ...common,
  response: z.object({
    clientDataJSON,
    authenticatorData: base64url(8192),
    signature: base64url(8192),
    userHandle: base64url(88).optional(),
  }),
});
export type Assertion = z.infer<typeof assertion>;

/** The challenge that an answer says it was made for; empty when it says none. Nothing of it is verified yet. */
export function challengeOf({ response }: Attestation | Assertion): string {
  const data = clientData(response.clientDataJSON);
  return typeof data.challenge === "string" ? data.challenge : "";
}

/** What the browser says of the ceremony; nothing when that cannot be read. */
export function clientData(text: string): { [name: string]: unknown } {
  try {
    const data: unknown = JSON.parse(Buffer.from(text, "base64url").toString());
    return typeof data === "object" && data !== null ? { ...data } : {};
  } catch {
    return {};
  }
}
