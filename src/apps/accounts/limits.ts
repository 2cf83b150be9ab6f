import type { FastifyRequest } from "fastify";
import { newChallenge, verifyChallenge } from "#lib/challenge.ts";
import { type Limit, penalizeAll, refusal, type Standing } from "#lib/limits.ts";
import { tally } from "#lib/limits/tallies.ts";
import type { ProofOfWorkProps } from "#ui/proof-of-work.tsx";
import { findDevice } from "./devices.ts";
import { beginnings, codes, factors, guesses, letters, type Pair } from "./limits/rules.ts";

/**
 * What is asked of somebody at the door. What may be wrong is counted before it is looked at, so that a thousand tries at
 * once are no way around a limit, and taken back when it was right.
 *
 * A browser in which the owner has signed in before is counted by itself (OWASP, "Slow down online guessing attacks with
 * device cookies"): whoever guesses elsewhere does not lock out the owner.
 */
export interface Guard {
  /**
   * Set when the browser must work first: then look at nothing and answer the form again, with the status 429 and
   * `<ProofOfWork {...guard.asks} />` in it. Its field is called `proof`.
   */
  asks: ProofOfWorkProps | undefined;
  /** Call it when what was tried was right. */
  succeed: () => Promise<void>;
}

/** What work is done for: none is good for anything else. */
export type Purpose = "password" | "mail";

/**
 * Before a password is looked at, for an account or for an address that has none. `address` is what was typed, `proof` the
 * form's field. Throws Limited for who must wait; whoever is asked to work or to wait has not been told whether there is
 * such an account.
 */
export async function guardPassword(
  request: FastifyRequest,
  { address, userId, proof }: { address: string; userId: number | undefined; proof: string | undefined },
): Promise<Guard> {
  const known = await admitDevice(request, userId, guesses.device);
  return tallied(known ?? (await guard(request, guesses, { address, proof, purpose: "password" })));
}

/**
 * Before a mail is sent that anybody can ask for: a link, a code, a confirmation. Every one counts, so do not call
 * `succeed`. As with passwords, an address without an account is treated like one with.
 */
export async function guardMail(
  request: FastifyRequest,
  { address, userId, proof }: { address: string; userId: number | undefined; proof: string | undefined },
): Promise<Guard> {
  const known = await admitDevice(request, userId, letters.device);
  return known ?? guard(request, letters, { address, proof, purpose: "mail" });
}

/** Before a code of a second factor, or a recovery code, is looked at. Throws Limited for who must wait; asks no work. */
export async function guardSecondFactor(request: FastifyRequest, userId: number): Promise<Guard> {
  const known = await admitDevice(request, userId, factors.device);
  const who = String(userId);
  return tallied(known ?? (await admit([factors.short, factors.long].map((limit) => ({ limit, who })))));
}

/** Before a code from a mail is looked at. Throws Limited for who must wait; asks no work. */
export async function guardCode(request: FastifyRequest): Promise<Guard> {
  return tallied(await admit([codes.address, codes.network].map((limit) => ({ limit, who: request.ip }))));
}

/** Before a sign-in by passkey or by a provider is begun. Throws Limited for who must wait. */
export function guardBeginning(request: FastifyRequest): void {
  beginnings.take(request.ip);
}

/**
 * The work that a form may ask for from the start, where there were many tries from around this browser already, so that nobody
 * types a password twice: `password` or `mail`, as its guard will ask.
 */
export async function findWork(request: FastifyRequest, purpose: Purpose): Promise<ProofOfWorkProps | undefined> {
  const { address, network } = purpose === "password" ? guesses : letters;
  const standings = await Promise.all([address, network].map(({ work }) => work.look(request.ip)));
  const used = standings.filter(({ left }) => left === 0);
  return used.length === 0 ? undefined : ask(purpose, used);
}

/** Under what wrong passwords and codes are counted for who watches over the site. */
export const wrongTries = "wrong passwords and codes";

function tallied(guard: Guard): Guard {
  if (guard.asks !== undefined) return guard;
  tally(wrongTries);
  return {
    asks: undefined,
    succeed: async () => {
      tally(wrongTries, -1);
      await guard.succeed();
    },
  };
}

interface Use {
  limit: Limit;
  who: string;
}

// Nobody is refused for what others did elsewhere in a browser of one's own, until that has been wrong too often itself.
async function admitDevice(
  request: FastifyRequest,
  userId: number | undefined,
  limit: Limit,
): Promise<Guard | undefined> {
  // Also asked for an account that is not there, which must take as long.
  const device = await findDevice(request, userId ?? 0);
  if (device === undefined) return undefined;
  const uses = [{ limit, who: String(device) }];
  const [standing] = await penalizeAll(uses);
  if (standing?.isOver === false) return admitted(uses);
  await penalizeAll(uses, -1);
  return undefined;
}

async function guard(
  request: FastifyRequest,
  pairs: Readonly<Record<"address" | "network" | "account", Pair>>,
  { address, proof, purpose }: { address: string; proof: string | undefined; purpose: Purpose },
): Promise<Guard> {
  const uses = (kind: keyof Pair): Use[] => [
    { limit: pairs.address[kind], who: request.ip },
    { limit: pairs.network[kind], who: request.ip },
    { limit: pairs.account[kind], who: address },
  ];
  return admit(uses("wait"), { uses: uses("work"), proof, purpose });
}

async function admit(
  bounds: readonly Use[],
  work?: { uses: readonly Use[]; proof: string | undefined; purpose: Purpose },
): Promise<Guard> {
  const uses = [...bounds, ...(work?.uses ?? [])];
  const standings = await penalizeAll(uses);
  const over = standings.map((standing, place) => ({ standing, place })).filter(({ standing }) => standing.isOver);
  const [first] = over;
  if (first === undefined) return admitted(uses);
  const bound = bounds[first.place];
  if (bound === undefined && work !== undefined && (await verifyChallenge(work.proof, work.purpose))) {
    return admitted(uses);
  }
  // Nothing was tried, or the work itself would use up what is left to others.
  await penalizeAll(uses, -1);
  if (bound !== undefined) throw refusal(bound.limit, first.standing);
  const asks =
    work &&
    (await ask(
      work.purpose,
      over.map(({ standing }) => standing),
    ));
  return { asks, succeed: async () => undefined };
}

function admitted(uses: readonly Use[]): Guard {
  return { asks: undefined, succeed: async () => void (await penalizeAll(uses, -1)) };
}

async function ask(purpose: Purpose, standings: readonly Standing[]): Promise<ProofOfWorkProps> {
  const waits = standings.map(({ retryAfterSeconds }) => retryAfterSeconds);
  return { challenge: await newChallenge(purpose), retryAfterSeconds: Math.max(...waits) };
}
