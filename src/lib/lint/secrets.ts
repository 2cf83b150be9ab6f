import type { Found, Rule } from "./finding.ts";

/**
 * Forms of secrets as those who issue them document them. Each begins with something that nothing else begins with, or is
 * of a fixed length, so that a line is read once.
 */
const forms: readonly [string, RegExp][] = [
  ["an access key of AWS", /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/g],
  ["a token of GitHub", /\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{60,255})\b/g],
  ["a token of GitLab", /\bglpat-[\w-]{20,64}/g],
  ["a key of Stripe", /\b[rs]k_live_[A-Za-z0-9]{20,247}\b/g],
  ["a signing secret of Stripe", /\bwhsec_[A-Za-z0-9+/]{32,100}/g],
  ["a token of Slack", /\bxox[abeoprs]-[\w-]{20,250}/g],
  ["a webhook of Slack", /hooks\.slack\.com\/services\/T[A-Z0-9]{8,12}\/B[A-Z0-9]{8,12}\/[A-Za-z0-9]{20,30}/g],
  ["a key of SendGrid", /\bSG\.[\w-]{22}\.[\w-]{43}\b/g],
  ["a key of Google", /\bAIza[\w-]{35}(?![\w-])/g],
  ["a key of OpenAI or Anthropic", /\bsk-(?:proj-|ant-|svcacct-)[\w-]{32,250}/g],
  ["a token of npm", /\bnpm_[A-Za-z0-9]{36}\b/g],
  ["a token of PyPI", /\bpypi-AgEIcHlwaS[\w-]{50,250}/g],
  ["a private key", /-----BEGIN (?:[A-Z]{2,10} )?PRIVATE KEY(?: BLOCK)?-----/g],
];

/** A value that is given to something which is called a secret. */
const assignment =
  /\b\w{0,40}(?:secret|token|passw(?:or)?d|api_?key|access_?key|private_?key|credentials?)\w{0,20}["']?\s{0,3}(?:=>|[:=])\s{0,3}["'`]?([A-Za-z0-9+/_.-]{20,200}={0,2})(?![\w(])/gi;
/** Bits of each character above which a value was drawn by a machine: words come to 3, hexadecimal to 4 at most. */
const randomBits = 3.4;

/** Secrets of somebody, in code or prose. Publishing one means that it has to be revoked. */
export const secrets: Rule = ({ lines }) =>
  lines.flatMap((line, index): Found[] => {
    // A picture that stands in the text as data is longer.
    if (line.length > 5000) return [];
    const known = forms.flatMap(([what, form]) =>
      [...line.matchAll(form)]
        .filter(([value]) => !isExample(value))
        .map((match) => ({ column: match.index + 1, what: `like ${what}` })),
    );
    const drawn = [...line.matchAll(assignment)].flatMap((match) => {
      const [whole, value = ""] = match;
      if (isExample(value) || !isRandom(value)) return [];
      return [{ column: match.index + whole.indexOf(value) + 1, what: "like a secret that a machine has drawn" }];
    });
    return (known.length > 0 ? known : drawn).map(({ column, what }) => ({
      severity: "error",
      line: index + 1,
      column,
      message: `This looks ${what}. If it is real, revoke it; if not, write one that says so, such as EXAMPLE.`,
    }));
  });

function isExample(value: string): boolean {
  if (
    /example|placeholder|your[-_]?|changeme|secret[-_]?key|dummy|sample|fake|redacted|1234567|abcdef|x{5,}/i.test(value)
  )
    return true;
  return /(.)\1{5,}/.test(value);
}

function isRandom(value: string): boolean {
  const kinds = [/[a-z]/, /[A-Z]/, /\d/].filter((kind) => kind.test(value)).length;
  // A path, a host, a name in code: letters with signs between.
  if (kinds < 2 || !/\d/.test(value) || /^[a-z]+(?:[._/-][a-z0-9]+)*$/i.test(value)) return false;
  return entropy(value) >= randomBits;
}

/** Shannon's, in bits a character. */
function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const sign of value) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => {
    const share = count / value.length;
    return sum - share * Math.log2(share);
  }, 0);
}
