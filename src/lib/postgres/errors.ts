/** The code of a system or PostgreSQL error ("ENOENT", "55P03"), also when another error wraps it. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("code" in error && typeof error.code === "string") return error.code;
  return errorCode(error.cause);
}

/** The constraint that a statement would have broken, also when another error wraps what says so. */
export function errorConstraint(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("constraint" in error && typeof error.constraint === "string") return error.constraint;
  return errorConstraint(error.cause);
}

/** For the `catch` of something made in a place of its own: that it is there already is no failure. */
export function unlessThere(error: unknown): void {
  if (errorCode(error) !== "EEXIST") throw error;
}
