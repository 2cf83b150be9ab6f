// While developing: the server starts again after a change, and says so by another start time.
const address = "/dev/started";
let started: string | undefined;

async function look(): Promise<void> {
  try {
    const now = await (await fetch(address, { cache: "no-store" })).text();
    started ??= now;
    if (now !== started) location.reload();
  } catch {
    // It is starting: ask again.
  }
  setTimeout(() => void look(), 500);
}

void look();
