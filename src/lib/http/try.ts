import { type IncomingHttpHeaders, request } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { buffer } from "node:stream/consumers";
import type { Router } from "../app.ts";
import { createServer, type Server, type ServerOptions } from "../http.ts";
import { raw } from "../jsx/jsx-runtime.ts";
import { createLog } from "../log.ts";

/** A server for a test, on a port of its own. */
export interface Trial {
  server: Server;
  origin: string;
  /** What it has logged, a record a line. */
  records: Record<string, unknown>[];
  ask: (path: string, options?: Ask) => Promise<Answered>;
  /** Sends bytes as they are and collects what comes until the server closes the connection. */
  sendRaw: (bytes: string) => Promise<string>;
}

export interface Ask {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

export interface Answered {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  text: string;
}

/** Starts a server with one app; the caller closes it. Nothing is unpacked or followed, as a browser would. */
export async function tryServer(
  routes: (router: Router) => void,
  options: Partial<ServerOptions> = {},
): Promise<Trial> {
  const records: Record<string, unknown>[] = [];
  const server = await createServer({
    apps: [{ name: "trial", routes }],
    baseUrl: "http://localhost:3000",
    logger: createLog({ level: "info", stream: { write: (line) => records.push({ ...parseRecord(line) }) } }),
    errorPage: ({ status, title, message, requestId }) =>
      raw(`<h1>${status} ${title}</h1>${message} ${requestId ?? ""}`),
    graceMs: 20,
    ...options,
  });
  const origin = await server.listen({ host: "127.0.0.1", port: 0 });
  return {
    server,
    origin,
    records,
    ask: (path, how) => ask(origin, path, how),
    sendRaw: (bytes) => sendRaw(origin, bytes),
  };
}

function parseRecord(line: string): object {
  const record: unknown = JSON.parse(line);
  return typeof record === "object" && record !== null ? record : {};
}

export function ask(origin: string, path: string, { method = "GET", headers = {}, body }: Ask = {}): Promise<Answered> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers, agent: false }, (response) => {
      buffer(response).then((whole) => {
        const { statusCode: status = 0, headers } = response;
        return resolve({ status, headers, body: whole, text: whole.toString() });
      }, reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

async function sendRaw(origin: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  socket.write(bytes, "latin1");
  return await text(socket);
}
