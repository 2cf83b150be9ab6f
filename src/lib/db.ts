import { AsyncLocalStorage } from "node:async_hooks";
import { Socket } from "node:net";
import { drizzle } from "drizzle-orm/node-postgres";
import { Pool, type ClientBase } from "pg";
import { log } from "./log.ts";

let pool: Pool | undefined;
let reserve: Pool | undefined;
let queries = 0;

interface Transaction {
  client: ClientBase;
  depth: number;
  afterCommit: (() => void)[];
}
const transactions = new AsyncLocalStorage<Transaction>();
const guards = new AsyncLocalStorage<() => Promise<void>>();
const outside = new AsyncLocalStorage<true>();

// Drizzle asks its client to `query`; this one passes the question on to the current transaction, else to the pool.
const client = new Proxy(new Pool(), {
  get(_placeholder, property) {
    const target = transactions.getStore()?.client ?? poolInUse();
    if (property === "query") queries += 1;
    const value: unknown = Reflect.get(target, property);
    return typeof value === "function" ? value.bind(target) : value;
  },
});

/** The database. Inside `atomic()` it means the current transaction, whose queries run one after another. */
export const db = drizzle({ client });

/**
 * Opens the pool. Connecting fails after 2 s, a statement after 15 s, waiting for a lock after 10 s. A transaction that
 * asks nothing for 15 s is rolled back by the server.
 */
export function connect(url: string, options: { connections?: number; silenceMs?: number } = {}): void {
  if (pool !== undefined) throw new Error("The database is already connected.");
  const silenceMs = options.silenceMs ?? 16_000;
  pool = openPool(url, { max: options.connections ?? 10, silenceMs });
  reserve = openPool(url, { max: 1, silenceMs });
}

function openPool(url: string, { max, silenceMs }: { max: number; silenceMs: number }): Pool {
  const made = new Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: 2000,
    statement_timeout: 15_000,
    lock_timeout: 10_000,
    idle_in_transaction_session_timeout: 15_000,
    stream: () => socketThatSpeaks(silenceMs),
    application_name: "lectern",
  });
  // Without a listener, a server that stops would end this process.
  made.on("error", (error) => log.warn({ error: error.message }, "a database connection was lost"));
  // So would one that goes away inside a transaction, whose next query says so anyway.
  made.on("connect", (connection) => connection.on("error", () => undefined));
  return made;
}

// The server says within 15 s how a statement ended, and the pool closes what rested for 10 s: a connection that was
// silent for longer leads nowhere. A timer for each query (`query_timeout`) would keep its result alive for long.
function socketThatSpeaks(silenceMs: number): Socket {
  const socket = new Socket();
  socket.setTimeout(silenceMs, () => {
    socket.destroy(Object.assign(new Error("The database has stopped answering."), { code: "ETIMEDOUT" }));
  });
  return socket;
}

/** Where the database is, for who needs a connection of its own. */
export function databaseUrl(): string {
  return getPool().options.connectionString ?? "";
}

export async function disconnect(): Promise<void> {
  const closing = [pool, reserve];
  pool = reserve = undefined;
  for (const each of closing) await each?.end();
}

/**
 * Runs the work in one transaction: all of it is saved, or, when it throws, none. Inside another `atomic()` it becomes
 * a savepoint of that.
 */
export async function atomic<T>(work: () => Promise<T>): Promise<T> {
  const outer = transactions.getStore();
  if (outer !== undefined) return savepoint(outer, work);
  const connection = await poolInUse().connect();
  const transaction: Transaction = { client: connection, depth: 0, afterCommit: [] };
  let broken: Error | undefined;
  try {
    await connection.query("begin");
    const result = await transactions.run(transaction, async () => {
      const made = await work();
      await guards.getStore()?.();
      return made;
    });
    await connection.query("commit");
    for (const callback of transaction.afterCommit) callback();
    return result;
  } catch (error) {
    await connection.query("rollback").catch((failure: unknown) => {
      broken = failure instanceof Error ? failure : new Error(String(failure));
    });
    throw error;
  } finally {
    connection.release(broken);
  }
}

/**
 * Runs the work outside of the current transaction: what it saves stays when that one is rolled back. It has a connection
 * of its own, since transactions that hold all others may be waiting for it.
 */
export function outsideTransaction<T>(work: () => Promise<T>): Promise<T> {
  return transactions.exit(() => outside.run(true, work));
}

/** Runs the work so that each of its transactions asks `guard` last, and is rolled back when that throws. */
export function guarded<T>(guard: () => Promise<void>, work: () => Promise<T>): Promise<T> {
  return guards.run(guard, work);
}

/** Runs work for which `db` means a transaction that the caller has begun on a connection to another database. */
export async function elsewhere<T>(client: ClientBase, work: () => Promise<T>): Promise<T> {
  return transactions.run({ client, depth: 0, afterCommit: [] }, work);
}

/** Runs the callback once the current transaction is saved; at once when there is none; never when it is rolled back. */
export function afterCommit(callback: () => void): void {
  const transaction = transactions.getStore();
  if (transaction === undefined) callback();
  else transaction.afterCommit.push(callback);
}

/** How many connections the pool has, how many of them have nothing to do, and how many callers wait for one. */
export function poolState(): { size: number; idle: number; waiting: number } {
  return { size: pool?.totalCount ?? 0, idle: pool?.idleCount ?? 0, waiting: pool?.waitingCount ?? 0 };
}

/** How many queries this process has sent through `db` so far: tests count the difference. */
export function queryCount(): number {
  return queries;
}

async function savepoint<T>(transaction: Transaction, work: () => Promise<T>): Promise<T> {
  transaction.depth += 1;
  const name = `level_${transaction.depth}`;
  const callbacks = transaction.afterCommit.length;
  await transaction.client.query(`savepoint ${name}`);
  try {
    return await work();
  } catch (error) {
    await transaction.client.query(`rollback to savepoint ${name}`);
    transaction.afterCommit.length = callbacks;
    throw error;
  } finally {
    transaction.depth -= 1;
  }
}

function poolInUse(): Pool {
  return outside.getStore() === undefined || reserve === undefined ? getPool() : reserve;
}

function getPool(): Pool {
  if (pool === undefined) throw new Error("The database is not connected: call connect() first.");
  return pool;
}
