import { address } from "./deployment/address.ts";
import { database } from "./deployment/database.ts";
import { machine } from "./deployment/machine.ts";
import { mail } from "./deployment/mail.ts";
import { outside } from "./deployment/outside.ts";
import type { Question } from "./deployment/question.ts";
import { secrets } from "./deployment/secrets.ts";

export { gatherFacts } from "./deployment/facts.ts";

/** What would hurt a site that others read, in its settings and around it. */
export const questions: readonly Question[] = [...address, ...secrets, ...database, ...mail, ...outside, ...machine];
