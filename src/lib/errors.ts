/** What somebody asked for is not there: one place makes a 404 page of it. */
export class NotFound extends Error {
  override name = "NotFound";
}

/** What the person at the keyboard can mend: shown as one sentence, without a stack. */
export class UserError extends Error {
  override name = "UserError";
}
