import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from "node:crypto";
import { isoCBOR } from "@simplewebauthn/server/helpers";
import type { Assertion, Attestation } from "../answers.ts";

/** What an authenticator and its browser would put into an answer; a test says what of it is not as it should be. */
export interface Ceremony {
  challenge: string;
  origin: string;
  rpId: string;
  type?: string;
  crossOrigin?: boolean;
  userPresent?: boolean;
  userVerified?: boolean;
  counter?: number;
  /** Only when it is used. */
  userHandle?: string;
  format?: string;
}

/** A passkey in software, on the curve P-256. */
export interface SoftwarePasskey {
  credentialId: string;
  create: (ceremony: Ceremony) => Attestation;
  get: (ceremony: Ceremony) => Assertion;
}

/** Makes a passkey that a test holds itself, so that it can answer what no browser would. */
export function softwarePasskey(): SoftwarePasskey {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const id = randomBytes(16);
  const credentialId = id.toString("base64url");
  const common = { id: credentialId, rawId: credentialId, type: "public-key" as const, clientExtensionResults: {} };
  return {
    credentialId,
    create: (ceremony) => {
      const length = Buffer.from([id.length >> 8, id.length & 0xff]);
      const attested = Buffer.concat([Buffer.alloc(16), length, id, coseKey(publicKey)]);
      const authData = authenticatorData(ceremony, attested);
      const attestationObject = isoCBOR.encode(
        new Map<string, string | Map<string, string> | Uint8Array>([
          ["fmt", ceremony.format ?? "none"],
          ["attStmt", new Map()],
          ["authData", new Uint8Array(authData)],
        ]),
      );
      const response = {
        clientDataJSON: clientData("webauthn.create", ceremony).toString("base64url"),
        attestationObject: Buffer.from(attestationObject).toString("base64url"),
        transports: ["internal"],
      };
      return { ...common, response };
    },
    get: (ceremony) => {
      const authData = authenticatorData(ceremony);
      const data = clientData("webauthn.get", ceremony);
      const signature = sign("sha256", Buffer.concat([authData, sha256(data)]), privateKey);
      const response = {
        clientDataJSON: data.toString("base64url"),
        authenticatorData: authData.toString("base64url"),
        signature: signature.toString("base64url"),
        ...(ceremony.userHandle === undefined
          ? {}
          : { userHandle: Buffer.from(ceremony.userHandle).toString("base64url") }),
      };
      return { ...common, response };
    },
  };
}

function clientData(type: string, { challenge, origin, crossOrigin = false, ...ceremony }: Ceremony): Buffer {
  return Buffer.from(JSON.stringify({ type: ceremony.type ?? type, challenge, origin, crossOrigin }));
}

// Hash of the site, flags, counter, and the new key: https://www.w3.org/TR/webauthn-3/#sctn-authenticator-data
function authenticatorData(ceremony: Ceremony, attested?: Buffer): Buffer {
  const { rpId, userPresent = true, userVerified = true, counter = 0 } = ceremony;
  const flags = (userPresent ? 0x01 : 0) | (userVerified ? 0x04 : 0) | (attested === undefined ? 0 : 0x40);
  const head = Buffer.alloc(5);
  head.writeUInt8(flags, 0);
  head.writeUInt32BE(counter, 1);
  return Buffer.concat([sha256(Buffer.from(rpId)), head, attested ?? Buffer.alloc(0)]);
}

// Key type EC2, algorithm ES256, curve P-256, and the point: RFC 9053, 7.1.1
function coseKey(key: KeyObject): Buffer {
  const { x = "", y = "" } = key.export({ format: "jwk" });
  const entries: [number, number | Uint8Array][] = [
    [1, 2],
    [3, -7],
    [-1, 1],
    [-2, new Uint8Array(Buffer.from(x, "base64url"))],
    [-3, new Uint8Array(Buffer.from(y, "base64url"))],
  ];
  return Buffer.from(isoCBOR.encode(new Map(entries)));
}

function sha256(data: Buffer): Buffer {
  return createHash("sha256").update(data).digest();
}
