import { isIP } from "node:net";
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/server";
import { UserError } from "./errors.ts";
import { allowedHosts } from "./http/hosts.ts";
import { type Assertion, type Attestation, clientData } from "./passkeys/answers.ts";
import { providerOf } from "./passkeys/providers.ts";

/** The site as passkeys know it: https://www.w3.org/TR/webauthn-3/#relying-party */
export interface RelyingParty {
  name: string;
  /** The host name that passkeys belong to. */
  id: string;
  origin: string;
}

/** Whose passkey is made. */
export interface PasskeyOwner {
  /** A random id of at most 64 bytes that says nothing of its owner; every passkey of an account holds the same. */
  handle: string;
  /** What tells accounts apart in the browser's list. */
  address: string;
  name: string;
}

/** What is known of a passkey on this side. */
export interface Passkey {
  credentialId: string;
  /** COSE key, base64url. */
  publicKey: string;
  /** How often it had signed when it was last seen, or 0 where it does not count. */
  counter: number;
  transports: string[];
  isBackedUp: boolean;
}

/** A challenge, base64url, is good once, in the browser it was made for, and this long. Whoever makes it sees to that. */
export const challengeLifeMs = 10 * 60_000;

// EdDSA, ES256 and RS256: what every runtime can verify. What is newer would bind accounts to the machine they were made on.
const algorithms = [-8, -7, -257];

/**
 * The site for a request to this host: BASE_URL's, whatever the request says, unless that is this machine, of which any
 * name and port will do. Throws UserError where the host is an address of numbers, which no passkey can belong to.
 */
export function relyingParty(site: { baseUrl: string; name: string }, host: string): RelyingParty {
  const base = new URL(site.baseUrl);
  const { hostname, origin } = allowedHosts(site.baseUrl)(host) ? new URL(`${base.protocol}//${host}`) : base;
  if (isIP(hostname.replace(/^\[|\]$/g, "")) !== 0) {
    throw new UserError(
      `Passkeys belong to a name. Please open this site at one, such as localhost, not at ${hostname}.`,
    );
  }
  return { name: site.name, id: hostname, origin };
}

/** What a browser needs to make a passkey: one that it can find by itself and uses only after it has checked who is there. */
export async function registrationOptions(
  party: RelyingParty,
  owner: PasskeyOwner,
  { challenge, existing }: { challenge: string; existing: readonly Pick<Passkey, "credentialId" | "transports">[] },
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { generateRegistrationOptions } = await import("@simplewebauthn/server");
  return generateRegistrationOptions({
    rpName: party.name,
    rpID: party.id,
    userID: new TextEncoder().encode(owner.handle),
    userName: owner.address,
    userDisplayName: owner.name || owner.address,
    challenge: bytesOf(challenge),
    timeout: challengeLifeMs,
    attestationType: "none",
    excludeCredentials: existing.map(({ credentialId, transports }) => ({ id: credentialId, transports })),
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
    supportedAlgorithmIDs: algorithms,
  });
}

/** Verifies what a browser made for this challenge. `provider` names what keeps it, where that is known. Throws PasskeyError. */
export async function verifyRegistration(
  party: RelyingParty,
  answer: Attestation,
  challenge: string,
): Promise<Passkey & { provider: string | undefined }> {
  const { verifyRegistrationResponse } = await import("@simplewebauthn/server");
  const { decodeAttestationObject, isoBase64URL } = await import("@simplewebauthn/server/helpers");
  const { verified, registrationInfo } = await trusted(async () => {
    refuseFrames(answer.response.clientDataJSON);
    // We ask for none. With others the library would follow addresses in certificates that anybody may send.
    const format = decodeAttestationObject(isoBase64URL.toBuffer(answer.response.attestationObject)).get("fmt");
    if (format !== "none" && format !== "packed") throw new Error(`The attestation is of the format ${format}.`);
    return verifyRegistrationResponse({
      response: answer,
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: true,
      supportedAlgorithmIDs: algorithms,
    });
  });
  if (!verified) throw new PasskeyError(new Error("The signature of the attestation is wrong."));
  return {
    credentialId: registrationInfo.credential.id,
    publicKey: Buffer.from(registrationInfo.credential.publicKey).toString("base64url"),
    counter: registrationInfo.credential.counter,
    transports: answer.response.transports ?? [],
    isBackedUp: registrationInfo.credentialBackedUp,
    provider: providerOf(registrationInfo.aaguid),
  };
}

/** What a browser needs to sign in with any passkey that it has for this site. */
export async function authenticationOptions(
  party: RelyingParty,
  challenge: string,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const { generateAuthenticationOptions } = await import("@simplewebauthn/server");
  return generateAuthenticationOptions({
    rpID: party.id,
    challenge: bytesOf(challenge),
    userVerification: "required",
    timeout: challengeLifeMs,
  });
}

/**
 * Verifies that the passkey signed this challenge, for its owner, who was there. A counter that went back is no reason to
 * refuse: it may be a copy of the passkey, and it may be a device that lost count. Throws PasskeyError.
 */
export async function verifyAuthentication(
  party: RelyingParty,
  answer: Assertion,
  challenge: string,
  passkey: Pick<Passkey, "credentialId" | "publicKey" | "counter"> & Pick<PasskeyOwner, "handle">,
): Promise<{ counter: number; isBackedUp: boolean; isRolledBack: boolean }> {
  const { verifyAuthenticationResponse } = await import("@simplewebauthn/server");
  const { verified, authenticationInfo } = await trusted(async () => {
    refuseFrames(answer.response.clientDataJSON);
    const { credentialId, handle } = passkey;
    if (answer.id !== credentialId) throw new Error("The answer is that of another passkey.");
    // The owner is known by the passkey alone, so both must name the same: https://www.w3.org/TR/webauthn-3/#sctn-verifying-assertion
    if (answer.response.userHandle !== Buffer.from(handle).toString("base64url")) {
      throw new Error("The passkey names another owner.");
    }
    return verifyAuthenticationResponse({
      response: answer,
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: true,
      // The library would refuse a lower counter before it has looked at the signature.
      credential: { id: credentialId, publicKey: bytesOf(passkey.publicKey), counter: 0 },
    });
  });
  if (!verified) throw new PasskeyError(new Error("The signature is wrong."));
  const { newCounter: counter, credentialBackedUp: isBackedUp } = authenticationInfo;
  const isRolledBack = (counter !== 0 || passkey.counter !== 0) && counter <= passkey.counter;
  return { counter, isBackedUp, isRolledBack };
}

/** A passkey that is not believed. The message is for its owner; `cause` says why, for the log. */
export class PasskeyError extends UserError {
  override name = "PasskeyError";

  constructor(cause: unknown) {
    super(sentenceFor(cause), { cause });
  }
}

// Nearly all reasons are those of an attacker or of a broken browser, and nothing that an owner could mend.
function sentenceFor(cause: unknown): string {
  if (cause instanceof Error && /user verification/i.test(cause.message)) {
    return "Your device did not check that it is you. Set a screen lock or a PIN for the passkey, then try again.";
  }
  return "This passkey was not accepted. Please try again, or sign in another way.";
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(text, "base64url"));
}

async function trusted<T>(verify: () => Promise<T>): Promise<T> {
  try {
    return await verify();
  } catch (error) {
    throw new PasskeyError(error);
  }
}

// No page of ours is ever part of somebody else's.
function refuseFrames(clientDataJSON: string): void {
  const { crossOrigin = false } = clientData(clientDataJSON);
  if (crossOrigin !== false) throw new Error("The passkey was asked for in a frame of another site.");
}
