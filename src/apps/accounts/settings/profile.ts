import { z } from "zod";
import { isTimeZone } from "../profiles.ts";
import type { ProfileLink } from "../schema.ts";

/** The links that a profile has room for: their fields are `label1`, `url1` and so on. */
export const linkNumbers = [1, 2, 3, 4] as const;

// What is left out of a form is as empty as what was left empty.
const label = line(40).default("");
const url = z
  .string()
  .trim()
  .max(300, "At most 300 characters.")
  .refine((text) => text === "" || isWebAddress(text), "This is no address that begins with https://.")
  .default("");

export const profileForm = z.object({
  name: line(80).pipe(z.string().min(1, "Please say what you are called.")),
  slug: z
    .string()
    .trim()
    .toLowerCase()
    .max(60, "At most 60 characters.")
    .regex(/^([a-z0-9]+(-[a-z0-9]+)*)?$/, "Letters from a to z, digits, and hyphens between them.")
    .default(""),
  headline: line(120).default(""),
  bio: z
    .string()
    .transform((text) => text.replace(/\r\n?/g, "\n").trim())
    .pipe(z.string().max(2000, "At most 2,000 characters."))
    .default(""),
  timeZone: z.string().refine(isTimeZone, "There is no such time zone."),
  isPublic: z.string().optional(),
  removePortrait: z.string().optional(),
  label1: label,
  url1: url,
  label2: label,
  url2: url,
  label3: label,
  url3: url,
  label4: label,
  url4: url,
});

/** The links among the fields; one without a word is called by its host. */
export function linksOf(fields: z.output<typeof profileForm>): ProfileLink[] {
  return linkNumbers.flatMap((number) => {
    const address = fields[`url${number}`];
    return address === "" ? [] : [{ label: fields[`label${number}`] || new URL(address).host, url: address }];
  });
}

/** Text on one line; controls, and marks that turn the text around, are blanks. */
function line(most: number) {
  return z
    .string()
    .transform((text) => text.replace(/[\p{Cc}\u202A-\u202E\u2066-\u2069\s]+/gu, " ").trim())
    .pipe(z.string().max(most, `At most ${most} characters.`));
}

// A name and a password in an address are there to deceive.
function isWebAddress(text: string): boolean {
  const parsed = URL.parse(text);
  return parsed?.protocol === "https:" && parsed.username === "" && parsed.password === "";
}
