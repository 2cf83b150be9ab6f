import { parseArgs } from "node:util";
import type { Command } from "#lib/app.ts";
import { atomic } from "#lib/db.ts";
import { UserError } from "#lib/errors.ts";
import { mailAddress } from "#lib/mail/headers.ts";
import { table } from "#lib/table.ts";
import { grantRole, listRoles, type RoleInfo } from "#apps/accounts/roles.ts";
import type { User } from "#apps/accounts/schema.ts";
import { turnOffSecondFactor } from "#apps/accounts/second-factor.ts";
import { noOrigin, recordEvent } from "#apps/accounts/security-events.ts";
import { endSessions, listSessions } from "#apps/accounts/sessions.ts";
import { issueToken } from "#apps/accounts/tokens.ts";
import { describeDevice } from "#apps/accounts/user-agents.ts";
import { addUser, findUserByAddress } from "#apps/accounts/users.ts";
import { config } from "#config.ts";
import { urls } from "#urls.ts";

const linkHours = 24;

export const userCommand: Command = {
  name: "user",
  usage:
    "user [create ADDRESS [--name NAME] [--role ROLE] | promote ADDRESS ROLE | reset ADDRESS [--second-factor] | sessions ADDRESS [--end]]",
  about:
    "Accounts, for the first owner and for emergencies. `create` and `reset` print a link that is good once, for a day, to set a password with; --second-factor turns the second factor off. `promote` gives a role more. `sessions` shows where somebody is signed in, or ends it.",
  needs: "database",
  run: async (args) => {
    process.stdout.write(await manageUsers(args));
    return 0;
  },
};

/** Does what the arguments of `./manage user` ask for, and says what became of it. */
export async function manageUsers([verb = "", ...args]: readonly string[]): Promise<string> {
  const act = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (act === undefined) throw new UserError(`Say ./manage ${userCommand.usage}`);
  return await act(args);
}

const verbs: Readonly<Record<string, (args: readonly string[]) => Promise<string>>> = {
  create: async (args) => {
    const { values, positionals } = read(args, { name: { type: "string" }, role: { type: "string" } });
    const address = mailAddress(onlyOne(positionals));
    if (address === undefined) throw new UserError(`"${positionals[0]}" is no mail address.`);
    const role = typeof values.role === "string" ? await getRoleNamed(values.role) : undefined;
    const name = typeof values.name === "string" ? values.name : "";
    return await atomic(async () => {
      const user = await addUser({ address, name });
      if (user === undefined) throw new UserError(`${address} has an account: ./manage user promote or reset.`);
      await recordEvent("registered", { userId: user.id }, noOrigin);
      if (role !== undefined) await promote(user, role);
      const words = role === undefined ? "has an account" : `has an account and the role ${role.name}`;
      return `${address} ${words}. ${await linkFor(user, role !== undefined)}`;
    });
  },
  promote: async (args) => {
    const { positionals } = read(args, {});
    const [address = "", name = "", ...more] = positionals;
    if (name === "" || more.length > 0) throw new UserError("Say ./manage user promote ADDRESS ROLE");
    const [user, role] = [await getUserOf(address), await getRoleNamed(name)];
    await promote(user, role);
    return `${user.address} has the role ${role.name} and signs in anew. What it allows waits for a second factor.\n`;
  },
  reset: async (args) => {
    const { values, positionals } = read(args, { "second-factor": { type: "boolean" } });
    const user = await getUserOf(onlyOne(positionals));
    return await atomic(async () => {
      const turnsOff = values["second-factor"] === true;
      if (turnsOff) {
        await turnOffSecondFactor(user, noOrigin);
        await endSessions(user.id);
      }
      return `${turnsOff ? "The second factor is off, and all sessions are ended. " : ""}${await linkFor(user, turnsOff)}`;
    });
  },
  sessions: async (args) => {
    const { values, positionals } = read(args, { end: { type: "boolean" } });
    const user = await getUserOf(onlyOne(positionals));
    if (values.end !== true) return await showSessions(user);
    const ended = await atomic(async () => {
      const count = await endSessions(user.id);
      const about = { userId: user.id, details: { sessions: count } };
      if (count > 0) await recordEvent("session-ended", about, noOrigin);
      return count;
    });
    return `${ended === 1 ? "1 session is" : `${ended} sessions are`} ended.\n`;
  },
};

async function promote(user: User, role: RoleInfo): Promise<void> {
  const problem = await grantRole("command", user, role, noOrigin);
  if (problem !== undefined) throw new UserError(problem);
}

// Whoever is given rights goes on to the second factor that they wait for.
async function linkFor(user: User, needsSecondFactor: boolean): Promise<string> {
  const next = needsSecondFactor ? urls.accountSecondFactor() : urls.dashboard();
  const { token } = await issueToken("reset", linkHours * 60, {
    userId: user.id,
    address: user.address,
    data: { next },
  });
  const link = `${config.BASE_URL}${urls.resetOpen({}, { token })}`;
  return `This link sets a password, once, within ${linkHours} hours; whoever has it is them:\n\n${link}\n`;
}

async function showSessions(user: User): Promise<string> {
  const rows: string[][] = [];
  for (const { userAgent, ip, country, lastSeenAt, method } of await listSessions(user.id)) {
    rows.push([await describeDevice(userAgent), ip, country, clock(lastSeenAt), method]);
  }
  if (rows.length === 0) return `${user.address} is signed in nowhere.\n`;
  return table(["device", "address", "country", "last seen", "by"], rows);
}

async function getUserOf(text: string): Promise<User> {
  const user = await findUserByAddress(text);
  if (user === undefined) throw new UserError(`Nobody has an account with the address "${text}".`);
  return user;
}

async function getRoleNamed(name: string): Promise<RoleInfo> {
  const all = await listRoles();
  const role = all.find((each) => each.name === name);
  if (role !== undefined) return role;
  throw new UserError(`There is no role "${name}". There are: ${all.map((each) => each.name).join(", ")}.`);
}

function onlyOne(positionals: readonly string[]): string {
  const [address, ...more] = positionals;
  if (address === undefined || more.length > 0) throw new UserError("Name one account, by its mail address.");
  return address;
}

function read(
  args: readonly string[],
  options: Record<string, { type: "string" | "boolean" }>,
): { values: Record<string, unknown>; positionals: string[] } {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UserError(error instanceof Error ? error.message : String(error));
  }
}

function clock(time: Date): string {
  return time.toISOString().slice(0, 16).replace("T", " ");
}
