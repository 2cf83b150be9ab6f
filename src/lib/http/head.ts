import type { ServerResponse } from "node:http";
import { nodeHttp } from "./node.ts";

/** The status and the fields of an answer that is given many times. */
export interface Head {
  status: number;
  fields: readonly string[];
  /** The same, as it goes over the wire. */
  text: string;
  /** The length of the body, by which Node decides how the answer ends. */
  length: readonly string[];
}

/** Throws what Node throws for a field that cannot be sent. `bytes` is the length of the body, if there is one. */
export function headOf(status: number, headers: Readonly<Record<string, string>>, bytes?: number): Head {
  const fields = Object.entries(headers);
  for (const [name, value] of fields) {
    nodeHttp.validateHeaderName(name);
    nodeHttp.validateHeaderValue(name, value);
  }
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`);
  return {
    status,
    fields: fields.flat(),
    text: `HTTP/1.1 ${status} ${nodeHttp.STATUS_CODES[status] ?? ""}\r\n${lines.join("")}`,
    length: bytes === undefined ? [] : ["content-length", String(bytes)],
  };
}

/**
 * Does what `response.writeHead` does, which looks at every character of every field each time: a tenth of what a page from memory
 * costs (docs/decisions/0026-a-kept-page-brings-its-head.md). `more` is for this answer alone.
 */
export function writeHead(response: ServerResponse, head: Head, more: readonly string[] = []): void {
  const seen = more.length === 0 ? head.length : [...head.length, ...more];
  if (!isPlain(response)) return void response.writeHead(head.status, [...head.fields, ...seen]);
  response.statusCode = head.status;
  if (head.status === 304) response._hasBody = false;
  return response._storeHeader(head.text, seen);
}

/** As Node has it inside: it adds the date, and what becomes of the connection. */
interface Plain {
  _hasBody: boolean;
  _storeHeader: (begun: string, fields: readonly string[]) => void;
}

const { prototype: plain } = nodeHttp.ServerResponse;

// Whoever made a response of their own, such as a test without a socket, expects to be told of its head.
function isPlain(response: ServerResponse): response is ServerResponse & Plain {
  return response.writeHead === plain.writeHead && "_storeHeader" in response && !response.headersSent;
}
