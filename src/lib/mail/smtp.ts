import { Readable } from "node:stream";
import { UserError } from "../errors.ts";
import { callTimeout, personal, type Letter, type Outcome, type Recipient, type Transport } from "./transport.ts";

interface Server {
  host: string;
  port: number;
  secure: boolean;
  auth: { user: string; pass: string } | undefined;
}

/** Any mail server that speaks SMTP: a connection for each message. */
export function openSmtp(url: string): Transport {
  const server = parse(url);
  return {
    name: `SMTP at ${server.host}`,
    limit: 1,
    async deliver(letter, [recipient]) {
      if (recipient === undefined) return { state: "accepted", reason: "" };
      return await converse(server, letter, recipient, await compose(personal(letter, recipient), recipient));
    },
  };
}

function parse(text: string): Server {
  const url = URL.parse(text);
  if (url === null || url.hostname === "") throw new UserError("MAIL_URL must be smtp://user:password@host:port.");
  const secure = url.protocol === "smtps:";
  const [user, pass] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
  return {
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    auth: user === "" ? undefined : { user, pass },
  };
}

async function compose(letter: Letter, recipient: Recipient): Promise<Buffer> {
  // Loaded when needed, as below: a process that only serves pages never sends any.
  const { default: MailComposer } = await import("nodemailer/lib/mail-composer");
  const composer = new MailComposer({
    from: letter.from,
    to: { address: recipient.address, name: recipient.name },
    subject: letter.subject,
    text: letter.text,
    html: letter.html,
    headers: letter.headers,
    textEncoding: "quoted-printable",
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}

// The text is a stream that is read once the server has agreed to take it, so that its first read tells what is
// certainly not sent from what may have been.
async function converse(server: Server, letter: Letter, to: Recipient, message: Buffer): Promise<Outcome> {
  let isBodySent = false;
  const body = new Readable({
    read() {
      isBodySent = true;
      this.push(message);
      this.push(null);
    },
  });
  const { auth, ...place } = server;
  const { default: SMTPConnection } = await import("nodemailer/lib/smtp-connection");
  const connection = new SMTPConnection({
    ...place,
    // A password does not travel in the clear, but to this machine.
    requireTLS: auth !== undefined && !server.secure && !/^(localhost|127\.|::1)/.test(server.host),
    connectionTimeout: callTimeout / 2,
    greetingTimeout: callTimeout / 2,
    socketTimeout: callTimeout,
    dnsTimeout: callTimeout / 2,
  });
  const envelope = { from: to.returnPath ?? letter.from.address, to: [to.address] };
  try {
    await new Promise<void>((resolve, reject) => {
      const deadline = setTimeout(() => reject(new Error("no answer within 10 s")), callTimeout);
      const settle = (error?: Error | null): void => {
        clearTimeout(deadline);
        if (error) reject(error);
        else resolve();
      };
      const send = (): void => connection.send(envelope, body, settle);
      connection.on("error", settle);
      connection.connect((error) => {
        if (error) settle(error);
        else if (auth === undefined) send();
        else connection.login({ credentials: auth }, (failure) => (failure ? settle(failure) : send()));
      });
    });
    connection.quit();
    return { state: "accepted", reason: "" };
  } catch (error) {
    connection.close();
    return outcomeOf(error, isBodySent);
  }
}

// What the server said for good about this sender, recipient or text begins with 5; what it said for now with 4:
// RFC 5321, 4.2.1. It takes no message that it has answered with either.
function outcomeOf(error: unknown, isBodySent: boolean): Outcome {
  const reason = `The mail server: ${error instanceof Error ? error.message : String(error)}`.slice(0, 500);
  const code = error instanceof Error && "responseCode" in error ? Number(error.responseCode) || 0 : 0;
  const command = error instanceof Error && "command" in error ? String(error.command) : "";
  const isAboutMail = /^(MAIL FROM|RCPT TO|DATA)$/.test(command);
  if (code >= 500 && isAboutMail) return { state: "rejected", reason };
  if (code >= 400 || !isBodySent) return { state: "held", reason };
  return { state: "unknown", reason };
}
