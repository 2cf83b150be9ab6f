import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";

/** A call to a provider's API. */
export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Answered {
  status: number;
  body: unknown;
}

/** What may become of a call: no answer at all, an error of the provider's, a page of some proxy, a broken connection. */
export type ApiFault = "silence" | "500" | "429" | "page" | "reset" | "silence after doing it";

export interface ApiServer {
  url: string;
  /** Every call that came. */
  asked: Asked[];
  /** What becomes of all calls from now on. */
  fault: ApiFault | undefined;
  close: () => Promise<void>;
}

/** Stands in for the API of a provider. An error that `answer` throws is an answer of status 500. */
export async function startApi(
  answer: (asked: Asked) => Answered,
  errorOf: (status: number) => unknown,
): Promise<ApiServer> {
  const server = createServer((request, response) => void respond(request, response));
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const bound = server.address();
  const api: ApiServer = {
    url: `http://127.0.0.1:${typeof bound === "object" ? bound?.port : 0}`,
    asked: [],
    fault: undefined,
    close: async () => {
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => void server.close(resolve));
    },
  };
  return api;

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = await read(request);
    api.asked.push(asked);
    const { fault } = api;
    if (fault === "silence") return;
    if (fault === "reset") {
      request.socket.resetAndDestroy();
      return;
    }
    if (fault === "page") {
      response.writeHead(502, { "content-type": "text/html" }).end("<h1>Bad gateway</h1>");
      return;
    }
    const isOutOfOrder = fault === "500" || fault === "429";
    const { status, body } = isOutOfOrder ? { status: Number(fault), body: errorOf(Number(fault)) } : tried(asked);
    if (fault === "silence after doing it") return;
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  }

  function tried(asked: Asked): Answered {
    try {
      return answer(asked);
    } catch (error) {
      if (error instanceof ApiFailure) return { status: error.status, body: error.body };
      return { status: 500, body: errorOf(500) };
    }
  }
}

/** Thrown by a stand-in to answer with an error. */
export class ApiFailure extends Error {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    super(`An answer of status ${status}.`);
    this.status = status;
    this.body = body;
  }
}

async function read(request: IncomingMessage): Promise<Asked> {
  const parts: Buffer[] = [];
  for await (const part of request) if (Buffer.isBuffer(part)) parts.push(part);
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  const { method = "GET", headers } = request;
  return { method, path: pathname, query: searchParams, headers, body: Buffer.concat(parts).toString() };
}
