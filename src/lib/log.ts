import { type DestinationStream, type LevelWithSilent, type Logger, type LoggerOptions, pino } from "pino";
import { config } from "../config.ts";
import { currentRequestId } from "./trace.ts";

export type { Logger };

const errorLevel = pino.levels.values.error ?? 50;
const listeners = new Set<(logged: LoggedError) => void>();

/** The log of the site: JSON lines on stdout, or readable ones when a person is watching. */
export const log: Logger = createLog({
  level: config.LOG_LEVEL,
  stream: process.stdout.isTTY ? readable(process.stdout) : pino.destination({ fd: 1, sync: true }),
});

/**
 * A log that never writes a secret: the value of whatever is called password, token, cookie and so on is replaced at
 * any depth, and of an error only type, message, code, stack and cause are kept.
 */
export function createLog(options: { level: LevelWithSilent; stream: DestinationStream }): Logger {
  // What is quieter than error is left out below, so that errors reach those who listen at any level.
  const least = options.level === "silent" ? Infinity : (pino.levels.values[options.level] ?? 0);
  const settings: LoggerOptions = {
    level: least > errorLevel ? "error" : options.level,
    base: null,
    mixin: ofTheRequest,
    // Errors are described below, whatever their key.
    serializers: { err: (error: unknown) => error },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: {
      level: (label: string) => ({ level: label }),
      log: (record: Record<string, unknown>) => withoutSecrets(record, 0),
    },
    hooks: {
      logMethod(given, method, level) {
        if (level >= errorLevel && listeners.size > 0) tell(this, given);
        if (level >= least) method.apply(this, given);
      },
    },
  };
  return pino(settings, options.stream);
}

/** A line at level error or fatal. */
export interface LoggedError {
  message: string;
  /** What may be kept of the error that the line has, see `describeThrown`. */
  error: Record<string, unknown> | undefined;
  /** What else the line says, without secrets. */
  fields: Record<string, unknown>;
}

/**
 * Passes on whatever is logged at level error or fatal, also what LOG_LEVEL leaves out; answers how to end that. The
 * listener must not throw, nor log an error.
 */
export function onError(listener: (logged: LoggedError) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(logger: Logger, [first, second]: readonly unknown[]): void {
  const record = typeof first === "object" && first !== null && !(first instanceof Error) ? { ...first } : {};
  const { err, error: thrown = first instanceof Error ? first : err, ...fields }: Record<string, unknown> = record;
  const message = typeof first === "string" ? first : typeof second === "string" ? second : "";
  const logged = {
    message,
    error: thrown === undefined ? undefined : describeThrown(thrown),
    fields: withoutSecrets({ ...ofTheRequest(record, 0, logger), ...logger.bindings(), ...fields }, 0),
  };
  for (const listener of listeners) listener(logged);
}

// Every line says which request it belongs to, also that of a task which the request asked for.
function ofTheRequest(record: object, _level: number, logger: Logger): object {
  const requestId = currentRequestId();
  return requestId === undefined || "requestId" in record || "requestId" in logger.bindings() ? {} : { requestId };
}

const secretName = /password|secret|token|cookie|authorization|signature|^sig$|^key$|apikey/i;

function withoutSecrets(record: object, depth: number): Record<string, unknown> {
  const safe: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(record)) {
    safe[name] = secretName.test(name) ? "[Redacted]" : loggable(value, depth + 1);
  }
  return safe;
}

function loggable(value: unknown, depth: number): unknown {
  if (value instanceof Error) return describeError(value, depth);
  if (typeof value !== "object" || value === null) return value;
  if (depth > 4) return "[Deeper]";
  if (Array.isArray(value)) return value.map((item) => loggable(item, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return withoutSecrets(value, depth);
  return value instanceof Date ? value : Object.prototype.toString.call(value);
}

// Drizzle's message repeats the parameters of the query that failed, which may be somebody's address or token. Other
// properties of an error (the `detail` of Postgres holds the row) stay out for the same reason.
/** What may be kept of an error: type, message, code, stack and causes, without the parameters of a query. */
export function describeThrown(error: unknown): Record<string, unknown> {
  return error instanceof Error ? describeError(error, 0) : { message: String(error) };
}

function describeError(error: Error, depth: number): Record<string, unknown> {
  const message = withoutParameters(error.message);
  const described: Record<string, unknown> = { type: error.name, message };
  if ("code" in error) described.code = error.code;
  // The stack begins with the message.
  if (error.stack !== undefined) described.stack = withoutLine(error.stack.replace(error.message, () => message));
  if (error.cause !== undefined) described.cause = depth > 4 ? "[Deeper]" : loggable(error.cause, depth + 1);
  return described;
}

// They are the end of the message, and one of them may have many lines.
function withoutParameters(message: string): string {
  return message.replace(/^params: [^]*/m, "params: [Redacted]");
}

function withoutLine(stack: string): string {
  return stack.replace(/^params: .*$/gm, "params: [Redacted]");
}

const colours: Record<string, string> = { fatal: "31", error: "31", warn: "33", info: "36", debug: "90" };
const shape = /^\d{4}-\d\d-\d\dT(\d\d:\d\d:\d\d)/;

/** Turns each JSON line into one that a person can read: time, level, message, then the fields; a stack below. */
export function readable(output: { write: (text: string) => unknown }): DestinationStream {
  return {
    write(line: string): void {
      const record: unknown = JSON.parse(line);
      if (typeof record === "object" && record !== null) output.write(readableLine({ ...record }));
    },
  };
}

function readableLine({ level, time, msg, err, error = err, ...fields }: Record<string, unknown>): string {
  const name = String(level);
  const clock = shape.exec(String(time))?.[1] ?? "";
  const start = `\x1b[90m${clock}\x1b[0m \x1b[${colours[name] ?? "0"}m${name.padEnd(5)}\x1b[0m`;
  const rest = Object.entries(fields).map(([key, value]) => `${key}=${text(value)}`);
  const line = [start, text(msg ?? ""), ...rest].join(" ");
  return error === undefined ? `${line}\n` : `${line}\n${stackOf(error)}\n`;
}

function stackOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return `  ${text(error)}`;
  const { stack, message, cause } = { stack: undefined, message: undefined, cause: undefined, ...error };
  const own = text(stack ?? message ?? error).replace(/^/gm, "  ");
  return cause === undefined ? own : `${own}\n  caused by\n${stackOf(cause)}`;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
