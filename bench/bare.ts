// The least that can answer: node:http with prepared bytes and headers. The bench tells it what to answer.
import { createServer } from "node:http";

/** An answer as the site gave it. */
export interface Recorded {
  status: number;
  headers: string[];
  /** In base64. */
  body: string;
}

let status = 200;
let headers: string[] = [];
let body = Buffer.alloc(0);

// Node writes this time into a header, so it is that of the site.
const server = createServer({ keepAliveTimeout: 95_000 }, (_request, response) => {
  response.writeHead(status, headers);
  response.end(body);
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.(typeof address === "object" ? address?.port : undefined);
});

process.on("message", (answer: Recorded) => {
  ({ status, headers } = answer);
  body = Buffer.from(answer.body, "base64");
  process.send?.("ready");
});
process.on("disconnect", () => process.exit());
