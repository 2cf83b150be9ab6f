// A process that uses the embedded database of the folder it is given, until it is told to leave or killed.
import { Client } from "pg";
import { startPostgres } from "#lib/postgres.ts";

const server = await startPostgres(process.argv[2] ?? "");
process.send?.({ url: server.url });

process.on("message", (command) => {
  if (command === "leave") void leave();
  if (command === "write") void write();
});

async function leave(): Promise<void> {
  await server.leave();
  process.exit();
}

async function write(): Promise<void> {
  const client = new Client({ connectionString: server.url });
  await client.connect();
  for (let n = 1; ; n++) {
    await client.query("insert into acknowledged values ($1)", [n]);
    process.send?.({ acknowledged: n });
  }
}
