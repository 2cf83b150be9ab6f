import { createHash } from "node:crypto";
import type { Email } from "postal-mime";
import { UserError } from "../errors.ts";
import { headerText } from "./headers.ts";

/** What a mail server has brought back. */
export interface Returned {
  /** What names the address that it came to: the envelope first, if a header has kept it. */
  to: string;
  /** Undefined for what is no report: an answer by a person or by a machine. */
  report: Report | undefined;
}

export interface Report {
  /** In the words of SendGrid's events. `bounce`: the address is of no use; `blocked`: refused for another reason. */
  type: "bounce" | "blocked" | "deferred" | "delivered" | "spamreport" | "feedback";
  detail: string;
  /** The same for the same report, whatever way it came. */
  fingerprint: string;
}

/** No report is longer, though it may carry the whole mail that it is about. In bytes. */
export const maxReturned = 2_000_000;

/**
 * Reads a message that came back: a delivery status (RFC 3464) or a complaint (RFC 5965). Throws a UserError with the
 * status 65 when it cannot be understood.
 */
export async function readReturned(message: Uint8Array): Promise<Returned> {
  if (message.length > maxReturned) throw unreadable("It is longer than 2 MB.");
  if (message.includes(0)) throw unreadable("It holds NUL.");
  const email = await parse(message);
  const part = reportPart(email);
  const groups = part === undefined ? [] : fieldGroups(part.text);
  const envelope = ["delivered-to", "x-original-to", "envelope-to", "to"].flatMap((name) => headers(email, name));
  return {
    // Complaints come from elsewhere and name the envelope sender of what they are about.
    to: [...envelope, ...groups.map((fields) => fields.get("original-mail-from"))].join("\n"),
    report: part && { ...judge(part.type, groups), fingerprint: createHash("sha256").update(part.text).digest("hex") },
  };
}

async function parse(message: Uint8Array): Promise<Email> {
  const { default: PostalMime } = await import("postal-mime");
  try {
    // What is attached as a message is evidence: a report in it is not the report.
    return await PostalMime.parse(message, {
      attachmentEncoding: "utf8",
      forceRfc822Attachments: true,
      maxNestingDepth: 20,
    });
  } catch (error) {
    throw unreadable(error instanceof Error ? error.message : String(error));
  }
}

// The message itself must be the report: what somebody forwards or answers may have one inside.
function reportPart(email: Email): { type: "status" | "feedback"; text: string } | undefined {
  if (!/^multipart\/report\b/i.test(headers(email, "content-type")[0]?.trim() ?? "")) return undefined;
  for (const { mimeType, content } of email.attachments) {
    const [, kind] = /^message\/(?:global-)?(delivery-status|feedback-report)$/.exec(mimeType) ?? [];
    if (kind === undefined || typeof content !== "string") continue;
    return { type: kind === "delivery-status" ? "status" : "feedback", text: content };
  }
  return undefined;
}

type Fields = ReadonlyMap<string, string>;

/** Fields as in a header, in groups with an empty line between: the first is about the message, the others about recipients. */
function fieldGroups(text: string): Fields[] {
  const unfolded = text.replace(/\r\n?/g, "\n").replace(/\n[ \t]+(?=\S)/g, " ");
  const groups = unfolded.split(/\n\s*\n/).map((group) => {
    const fields = new Map<string, string>();
    for (const [, name = "", value = ""] of group.matchAll(/^([A-Za-z-]+)[ \t]*:[ \t]*(.*)$/gm)) {
      if (!fields.has(name.toLowerCase())) fields.set(name.toLowerCase(), value.trim());
    }
    return fields;
  });
  return groups.filter((fields) => fields.size > 0);
}

function judge(type: "status" | "feedback", groups: readonly Fields[]): Omit<Report, "fingerprint"> {
  if (type === "feedback") return judgeFeedback(groups[0]?.get("feedback-type") ?? "");
  const recipients = groups.filter((fields) => fields.has("action"));
  const [first] = recipients.map(judgeRecipient);
  if (first === undefined) throw unreadable("It is a delivery status without a recipient.");
  // Behind one address there may be several: while one of them gets mail, it is of use.
  return recipients.map(judgeRecipient).find(({ type: told }) => told !== "bounce") ?? first;
}

// RFC 5965, 7.3: the others are no complaints, and `not-spam` (RFC 6430) is the opposite of one.
function judgeFeedback(kind: string): Omit<Report, "fingerprint"> {
  if (kind === "") throw unreadable("It is a complaint without a Feedback-Type.");
  return { type: /^(abuse|fraud|opt-out)$/i.test(kind) ? "spamreport" : "feedback", detail: headerText(kind) };
}

function judgeRecipient(fields: Fields): Omit<Report, "fingerprint"> {
  const action = fields.get("action")?.toLowerCase();
  const diagnostic = fields.get("diagnostic-code") ?? "";
  const detail = headerText(`${fields.get("status") ?? ""} ${diagnostic}`, 500);
  if (action === "failed") return { type: isAddressAtFault(fields) ? "bounce" : "blocked", detail };
  if (action === "delayed") return { type: "deferred", detail };
  if (/^(delivered|relayed|expanded)$/.test(action ?? "")) return { type: "delivered", detail };
  throw unreadable(`It tells of an action that RFC 3464 does not know: ${headerText(action ?? "none", 50)}.`);
}

// RFC 3463 and its registry: everything about the address (5.1) but the sender's; mailbox disabled; no such directory
// entry or no way to the domain. A full mailbox (5.2.2), size, policy and content are not the address's fault.
const addressStatus = /^5\.(1\.(?![789]$)\d+|2\.1|4\.[14]|4\.310)$/;

function isAddressAtFault(fields: Fields): boolean {
  const [status = ""] = /\d\.\d{1,3}\.\d{1,3}/.exec(fields.get("status") ?? "") ?? [];
  if (!/^\d\.0\.0$/.test(status)) return addressStatus.test(status);
  // Some say 5.0.0 whatever happened, and hand on what the other server answered.
  const [, code = "", exact] =
    /(?:^|[\s;:])(\d{3})[- ](?:#?(\d\.\d{1,3}\.\d{1,3}))?/.exec(fields.get("diagnostic-code") ?? "") ?? [];
  return exact === undefined ? status === "5.0.0" && /^55[013]$/.test(code) : addressStatus.test(exact);
}

function headers({ headers: all }: Email, name: string): string[] {
  return all.filter(({ key }) => key === name).map(({ value }) => value);
}

function unreadable(why: string): UserError {
  return new UserError(`The message cannot be read. ${why}`, { status: 65 });
}
