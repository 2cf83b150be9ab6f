import { randomBytes } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { readKeep } from "./lib/backup/keeping.ts";
import { UserError } from "./lib/errors.ts";
import { isPublicKey } from "./lib/mail/events.ts";
import { mailAddress } from "./lib/mail/headers.ts";
import { readGitHub, readGoogle, readProviders } from "./lib/oidc/settings.ts";
import { isSafeToAsk, isThisMachine } from "./lib/url.ts";

const flag = z.stringbool("must be true or false");
const number = (least: number, most: number) => {
  const sentence = `must be a whole number from ${least} to ${most}`;
  return z.coerce.number(sentence).int(sentence).min(least, sentence).max(most, sentence);
};
const list = z
  .string()
  .default("")
  .transform((text) =>
    text
      .split(",")
      .map((item) => item.trim().toLowerCase())
      .filter(Boolean),
  );
// Whoever knows such an address can write to it.
const outsideUrl = (sentence: string) => z.string().refine(isSafeToAsk, sentence);
// The sentence never repeats what was given, which may hold a secret.
const read = <T>(reader: (text: string) => T | undefined, sentence: string) =>
  z.string().transform((text, context) => {
    const value = reader(text);
    if (value !== undefined) return value;
    context.addIssue(sentence);
    return z.NEVER;
  });

/**
 * Every setting, read once and typed. Each has a heading in `docs/configuration.md`. A value may also be read from the
 * file that NAME_FILE points at, as container secrets are. Whatever is wrong is said at start, all of it at once.
 */
const settings = z.object({
  BASE_URL: z.url({ protocol: /^https?$/, error: "must be an origin such as https://learn.example.org" }).optional(),
  HOST: z.string().default("127.0.0.1"),
  PORT: number(0, 65_535).default(3000),
  SECRET_KEY: z.string().min(32, "must have at least 32 characters").optional(),
  DATA_DIR: z.string().default("data"),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: "must be an address such as postgres://user:password@host/database" })
    .optional(),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/, error: "must be an address such as redis://user:password@host:6379" })
    .optional(),
  STORAGE_URL: z.string().optional(),
  BACKUP_URL: z
    .string()
    .regex(/^(?![a-z][a-z0-9+.-]+:)|^(file|s3|s3\+http):\/\//i, "must be a folder or s3://KEY:SECRET@host/bucket")
    .optional(),
  BACKUP_KEY: z
    .string()
    .regex(/^AGE-SECRET-KEY-1[0-9A-Z]{58}$/, "must be a key that ./manage backup key has made")
    .optional(),
  BACKUP_KEEP: read(readKeep, "must be how many of days, weeks and months are kept, such as 7,4,6").prefault("7,4,6"),
  MAIL_URL: z
    .string()
    .regex(/^(smtps?|sendgrid):\/\/\S+$/, "must be smtp://user:password@host:port, smtps://… or sendgrid://KEY")
    .optional(),
  MAIL_FROM: z
    .string()
    .regex(/^[^<>\p{Cc}]*<?[^<>@\s]+@[^<>@\s]+>?$/u, "must be an address such as Lectern <mail@learn.example.org>")
    .optional(),
  MAIL_BOUNCES: z
    .string()
    .toLowerCase()
    .regex(
      /^[a-z0-9._-]{1,16}@([a-z0-9-]+\.)+[a-z0-9-]{2,}$/,
      "must be an address such as bounces@learn.example.org, with at most 16 characters before the @",
    )
    .optional(),
  MAIL_WEBHOOK_KEY: z.string().refine(isPublicKey, "must be the verification key that SendGrid shows").optional(),
  TRUSTED_PROXIES: list,
  LOG_LEVEL: z
    .enum(["silent", "fatal", "error", "warn", "info", "debug"], "must be silent, fatal, error, warn, info or debug")
    .default("info"),
  DEV: flag.default(false),
  DEMO: flag.default(true),
  SITE_NAME: z.string().default("Lectern"),
  SITE_TAGLINE: z.string().default("Tutorials, written to be read."),
  SITE_LOGO: z.string().optional(),
  SITE_LANGUAGE: z
    .string()
    .regex(/^[a-z]{2}(-[A-Z]{2})?$/, "must be a language tag such as en or pt-BR")
    .default("en"),
  ACCENT_HUE: number(0, 360).optional(),
  FONT_TEXT: z.string().optional(),
  FONT_UI: z.string().optional(),
  FONT_CODE: z.string().optional(),
  ROBOCROP_KEY: z.string().min(16, "must have at least 16 characters").optional(),
  ROBOCROP_HOSTS: list,
  SLACK_URL: outsideUrl("must be an https address such as https://hooks.slack.com/services/…").optional(),
  ALERT_MAIL: list.refine(
    (addresses) => addresses.every((address) => mailAddress(address) !== undefined),
    "must be addresses such as me@example.org, you@example.org",
  ),
  HEARTBEAT_URL: outsideUrl("must be an https address such as https://hc-ping.com/…").optional(),
  SENTRY_DSN: z
    .string()
    .refine(
      (text) => isSafeToAsk(text) && /^\w+:\/\/[^@/]+@\S+\/\d+$/.test(text),
      "must be an https address such as https://KEY@sentry.example.org/1",
    )
    .optional(),
  BREACHED_PASSWORDS: flag.optional(),
  SIGN_IN_GITHUB: read(readGitHub, "must be CLIENT_ID:CLIENT_SECRET").optional(),
  SIGN_IN_GOOGLE: read(readGoogle, "must be CLIENT_ID:CLIENT_SECRET").optional(),
  SIGN_IN_OIDC: read(
    readProviders,
    "must be Name=https://CLIENT_ID:CLIENT_SECRET@issuer.example.org, several with different names separated by commas",
  ).default([]),
  HOUSE_STYLE: z.string().optional(),
  METRICS_TOKEN: z.string().min(16, "must have at least 16 characters").optional(),
  PADDLE_API_KEY: z
    .string()
    .regex(
      /^pdl_(live|sdbx)_apikey_\w+$/,
      "must be an API key of Paddle, which begins with pdl_live_apikey_ or pdl_sdbx_apikey_",
    )
    .optional(),
  PADDLE_WEBHOOK_SECRET: z
    .string()
    .regex(/^pdl_ntfset_\S+$/, "must be the secret key of a notification destination, which begins with pdl_ntfset_")
    .optional(),
  PADDLE_CLIENT_TOKEN: z
    .string()
    .regex(/^(live|test)_\w+$/, "must be a client-side token of Paddle, which begins with live_ or test_")
    .optional(),
  STRIPE_SECRET_KEY: z
    .string()
    .regex(
      /^[sr]k_(live|test)_\w+$/,
      "must be a secret key of Stripe, which begins with sk_live_, sk_test_, rk_live_ or rk_test_",
    )
    .optional(),
  STRIPE_WEBHOOK_SECRET: z
    .string()
    .regex(/^whsec_\S+$/, "must be the signing secret of a webhook endpoint, which begins with whsec_")
    .optional(),
});

export type Config = Omit<
  z.infer<typeof settings>,
  "BACKUP_URL" | "BASE_URL" | "BREACHED_PASSWORDS" | "SECRET_KEY" | "STORAGE_URL"
> & {
  BACKUP_URL: string;
  BASE_URL: string;
  BREACHED_PASSWORDS: boolean;
  SECRET_KEY: string;
  STORAGE_URL: string;
};

/** The names of all settings, for the test that compares them with the documentation. */
export const settingNames = Object.keys(settings.shape);

export const config: Config = readConfig(process.env);

/** Reads settings from an environment; throws a UserError that names each wrong one. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const result = settings.safeParse(withFiles(environment));
  if (!result.success) {
    const sentences = result.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
    throw new UserError(`Some settings are wrong (see docs/configuration.md):\n${sentences.join("\n")}`);
  }
  const dataDir = resolve(result.data.DATA_DIR);
  const baseUrl = (result.data.BASE_URL ?? `http://localhost:${result.data.PORT}`).replace(/\/+$/, "");
  if (new URL(baseUrl).pathname !== "/") {
    throw new UserError("BASE_URL must be an origin without a path, such as https://learn.example.org.");
  }
  return {
    ...result.data,
    BACKUP_URL: result.data.BACKUP_URL ?? resolve(dataDir, "backups"),
    BASE_URL: baseUrl,
    // A newcomer's machine asks nobody.
    BREACHED_PASSWORDS: result.data.BREACHED_PASSWORDS ?? !isThisMachine(new URL(baseUrl)),
    DATA_DIR: dataDir,
    SECRET_KEY: result.data.SECRET_KEY ?? localSecret(dataDir),
    STORAGE_URL: result.data.STORAGE_URL ?? resolve(dataDir, "media"),
  };
}

/** Where the value of a setting comes from. */
export function sourceOf(
  name: string,
  environment: NodeJS.ProcessEnv = process.env,
): "environment" | "file" | "default" {
  if (environment[`${name}_FILE`] !== undefined) return "file";
  return environment[name] ? "environment" : "default";
}

function withFiles(environment: NodeJS.ProcessEnv): Record<string, string> {
  const values: Record<string, string> = {};
  for (const name of settingNames) {
    const file = environment[`${name}_FILE`];
    const value = file === undefined ? environment[name] : readSecret(name, file);
    if (value !== undefined && value !== "") values[name] = value;
  }
  return values;
}

function readSecret(name: string, file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    throw new UserError(`${name}_FILE points at ${file}, which cannot be read.`);
  }
}

// Without SECRET_KEY one is made for this data folder, so that addresses signed today are good tomorrow. Of several
// processes that start at once the first writes it and the others read it.
function localSecret(dataDir: string): string {
  const file = resolve(dataDir, "secret-key");
  mkdirSync(dataDir, { recursive: true });
  if (!existsSync(file)) {
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, randomBytes(32).toString("base64url"), { mode: 0o600 });
    try {
      linkSync(draft, file);
    } catch (error) {
      if (!existsSync(file)) throw error;
    } finally {
      rmSync(draft);
    }
  }
  return readFileSync(file, "utf8").trim();
}
