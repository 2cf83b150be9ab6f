/** `node:http`. An import of it asks for all that it has, and so loads the client of `fetch`, which few processes need. */
export const nodeHttp = process.getBuiltinModule("node:http");
