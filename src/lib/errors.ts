/** What somebody asked for is not there: one place makes a 404 page of it. */
export class NotFound extends Error {
  override name = "NotFound";
}

/** What the person at the keyboard can mend: shown as one sentence, without a stack. */
export class UserError extends Error {
  override name = "UserError";
  /** What a command ends with, as in sysexits.h: 65 for bad data, 75 for what may be tried again. */
  readonly status: number;

  constructor(message: string, { status = 1, ...options }: ErrorOptions & { status?: number } = {}) {
    super(message, options);
    this.status = status;
  }
}
