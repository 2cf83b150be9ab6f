// Loaded before a process that works on a mailing: ends it by SIGKILL, which nothing can catch, at the point that KILL_AT
// names, the KILL_NTH time that it gets there. The points are told by what is asked of Postgres.
import { Client } from "pg";

interface Point {
  statement: RegExp;
  /** Before it is sent, once it is answered, or once the transaction with it is committed. */
  when: "before" | "after" | "committed";
}

const settling = /^update "mail_batches" .*"mail_batches"\."id" = /;

export const points = {
  "freeze begun": { statement: /^\s*insert into "mail_recipients"/, when: "after" },
  "frozen, committed": { statement: /^insert into "mail_mailings"/, when: "committed" },
  "job taken": { statement: /^select .* from "mail_mailings"/, when: "before" },
  "intent of a batch committed": { statement: /^insert into "mail_batches"/, when: "committed" },
  "answer came, not saved": { statement: settling, when: "before" },
  "batch saved": { statement: settling, when: "committed" },
} satisfies Record<string, Point>;

const known: Readonly<Record<string, Point>> = points;
const point = known[process.env.KILL_AT ?? ""];
if (point !== undefined) killAt(point, Number(process.env.KILL_NTH ?? 1));

function killAt({ statement, when }: Point, nth: number): void {
  let left = nth;
  const reach = (): void => {
    left -= 1;
    if (left === 0) process.kill(process.pid, "SIGKILL");
  };
  const holding = new WeakSet<Client>();
  const connections = Client.prototype;
  // eslint-disable-next-line typescript/unbound-method -- the proxy hands on which client it is
  connections.query = new Proxy(connections.query, {
    apply(query, client: Client, values: unknown[]) {
      const text = textOf(values[0]);
      const isIt = statement.test(text);
      if (isIt && when === "before") reach();
      const answer: unknown = Reflect.apply(query, client, values);
      const isReached = when === "after" ? isIt : when === "committed" && text === "commit" && holding.delete(client);
      if (isIt) holding.add(client);
      return isReached && answer instanceof Promise ? answer.then(reachedWith(reach)) : answer;
    },
  });
}

function reachedWith(reach: () => void): <T>(answer: T) => T {
  return (answer) => {
    reach();
    return answer;
  };
}

function textOf(query: unknown): string {
  if (typeof query === "string") return query;
  return typeof query === "object" && query !== null && "text" in query ? String(query.text) : "";
}
