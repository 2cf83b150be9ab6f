import { once } from "node:events";
import { createServer } from "node:http";

export interface Asked {
  method: string;
  path: string;
  body: string;
  /** When it arrived, in milliseconds of `performance.now()`. */
  at: number;
}

/** A server that others are asked in place of. It keeps what it is asked, and answers 200 unless it is told otherwise. */
export interface StandIn {
  url: string;
  asked: Asked[];
  /** What is answered next, in this order; `nothing` accepts and is silent. */
  answers: ("nothing" | { status: number; headers?: Record<string, string> })[];
  close: () => Promise<void>;
}

export async function startStandIn(): Promise<StandIn> {
  const asked: Asked[] = [];
  const answers: StandIn["answers"] = [];
  const server = createServer(async (request, response) => {
    const at = performance.now();
    const chunks: Buffer[] = [];
    for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    asked.push({ method: request.method ?? "", path: request.url ?? "", body, at });
    const answer = answers.shift() ?? { status: 200 };
    if (answer === "nothing") return;
    response.writeHead(answer.status, answer.headers).end("ok");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    answers,
    close: async () => {
      if (!server.listening) return;
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
