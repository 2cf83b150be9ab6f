import type * as client from "openid-client";

/**
 * A sign-in at a provider that came to nothing, with a sentence for whoever tried. `declined`: they said no over there;
 * `away`: the provider does not answer; `refused`: what came back is not what was asked for.
 */
export class SignInError extends Error {
  override name = "SignInError";
  readonly outcome: "declined" | "away" | "refused";
  /** Why, for the log: words of ours and of the standards, never a code, a token or a secret. */
  readonly why: string;

  constructor(outcome: SignInError["outcome"], message: string, why: string) {
    super(message);
    this.outcome = outcome;
    this.why = why;
  }
}

export function declined(name: string): SignInError {
  return new SignInError("declined", `You did not let ${name} tell us who you are.`, "access_denied");
}

export function away(name: string, why: string): SignInError {
  return new SignInError("away", `${name} does not answer at the moment. Try again, or sign in another way.`, why);
}

export function refused(name: string, why: string): SignInError {
  return new SignInError("refused", `Signing in with ${name} did not work. Start it once more.`, why);
}

/** The library's errors carry the answers they are about, tokens and all: of those only words go on from here. */
export function explain(error: unknown, name: string, library: typeof client): SignInError {
  const own = findSignInError(error);
  if (own !== undefined) return own;
  if (error instanceof library.AuthorizationResponseError || error instanceof library.ResponseBodyError) {
    const code = /^[a-z_]{1,60}$/.test(error.error) ? error.error : "an unknown error";
    if (code === "access_denied") return declined(name);
    return /^(server_error|temporarily_unavailable)$/.test(code) ? away(name, code) : refused(name, code);
  }
  return refused(name, wordsOf(error));
}

function findSignInError(error: unknown): SignInError | undefined {
  if (error instanceof SignInError) return error;
  return error instanceof Error ? findSignInError(error.cause) : undefined;
}

// The sentences of these are constant; one of JSON.parse, for example, quotes what it could not parse.
const wordy: ReadonlySet<string> = new Set(["ClientError", "OperationProcessingError", "UnsupportedOperationError"]);

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return "an unknown error";
  const { cause } = error;
  if (cause instanceof Error && wordy.has(cause.name)) return wordsOf(cause);
  return wordy.has(error.name) ? error.message : error.name;
}
