import { z } from "zod";
import type { User } from "#apps/accounts/schema.ts";
import { describeDevice } from "#apps/accounts/user-agents.ts";
import { findUser, findUserByAddress, getUser } from "#apps/accounts/users.ts";
import { isId } from "../people.ts";

/** Where a page of a list begins. */
export const cursor = z.coerce.number().int().positive().optional();

/** The account of an address such as `/staff/people/7/`; throws NotFound. */
export async function getPerson({ id }: { id: string }): Promise<User> {
  return await getUser(isId(id) ? Number(id) : null);
}

/** The account that somebody means by an address or a number. */
export async function findPerson(text: string): Promise<User | undefined> {
  const wanted = text.trim();
  return isId(wanted) ? await findUser(Number(wanted)) : await findUserByAddress(wanted);
}

/** What browsers say they are, for people, each once. */
export async function nameDevices(
  ...lists: readonly (readonly { userAgent: string }[])[]
): Promise<ReadonlyMap<string, string>> {
  const devices = new Map<string, string>();
  for (const { userAgent } of lists.flat()) {
    if (!devices.has(userAgent)) devices.set(userAgent, await describeDevice(userAgent));
  }
  return devices;
}
