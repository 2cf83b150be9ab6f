import { once } from "node:events";
import { get } from "node:http";
import { buffer } from "node:stream/consumers";
import type { Recorded } from "./bare.ts";
import { compareLoad, type Target } from "./load.ts";
import { type Site, startHelper, stop } from "./processes.ts";
import { judged, type Row } from "./report.ts";

interface Scenario {
  part: string;
  what: string;
  path: string;
  headers?: Readonly<Record<string, string>>;
  status: number;
  atLeast: number;
  rounds: number;
}

/** Measures a site beside bare node:http that sends the same bytes with the same headers. */
export async function besideBare({ origin, pid }: Site, scenarios: readonly Scenario[]): Promise<Row[]> {
  const helper = startHelper("bare.ts", { pin: true });
  const [port] = await once(helper, "message");
  const rows: Row[] = [];
  for (const { part, what, path, headers = {}, status, atLeast, rounds } of scenarios) {
    const ours: Target = { url: origin + path, pid, headers };
    const answer = await record(ours);
    if (answer.status !== status) throw new Error(`${ours.url} answered ${answer.status} instead of ${status}.`);
    const ready = once(helper, "message");
    helper.send(answer);
    await ready;
    const theirs: Target = { url: `http://127.0.0.1:${port}${path}`, pid: helper.pid ?? 0, headers };
    const { ours: value, theirs: bare, ratio } = await compareLoad(ours, theirs, { rounds });
    const beside = { what: "bare node:http", value: bare };
    const size = `${Math.round(Buffer.from(answer.body, "base64").length / 1000)} KB`;
    rows.push(
      judged({ part, what: `${what}, ${size}`, ours: value, unit: "a second", beside, ratio, target: { atLeast } }),
    );
  }
  await stop(helper);
  return rows;
}

/** Asks once and keeps what came, without the headers that every node:http writes by itself. */
export async function record({ url, headers = {} }: Pick<Target, "url" | "headers">): Promise<Recorded> {
  const request = get(url, { headers });
  const [response] = await once(request, "response");
  const body = await buffer(response);
  const raw: string[] = response.rawHeaders;
  const kept: string[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const [name = "", value = ""] = raw.slice(at, at + 2);
    if (!/^(connection|keep-alive|date|transfer-encoding)$/i.test(name)) kept.push(name, value);
  }
  return { status: response.statusCode, headers: kept, body: body.toString("base64") };
}
