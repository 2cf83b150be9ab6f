import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { startSendgrid, type Sendgrid } from "#lib/mail/testing/sendgrid.ts";
import { openWorld, type World } from "../jobs/world.ts";

/** Longer than anything takes that goes well, in milliseconds. */
export const longMs = 60_000;

export interface Figures {
  kills: number;
  /** Addresses that got it more than once, those who must not get it included. */
  twice: number;
  /** How often the recipients were not those that the mailing was prepared for, each in one state. */
  broken: number;
  /** Accepted by us and not by the provider, or still in doubt although the provider told of them. */
  unexplained: number;
  /** How many were in doubt until somebody decided. */
  doubted: number;
  /** Who should have it and does not, once that was decided. */
  lost: number;
  /** From the commit of a mailing to the first call for it, at most. */
  startSeconds: number;
}

/** Where mailings are prepared and handed over by processes that die. */
export interface Scene {
  world: World;
  provider: Sendgrid;
  /** The process that dies once the provider has its request. */
  victim: { child: ChildProcess; left: number } | undefined;
  figures: Figures;
  recipients: number;
  /** Recipients in a call. */
  limit: number;
  /** Whether what a dead process held is run again at once: that takes 10 to 25 s otherwise. */
  hurry: boolean;
}

export async function withScene(
  options: Pick<Scene, "recipients" | "limit" | "hurry">,
  act: (scene: Scene) => Promise<void>,
): Promise<Figures> {
  const world = await openWorld();
  const figures = { kills: 0, twice: 0, broken: 0, unexplained: 0, doubted: 0, lost: 0, startSeconds: 0 };
  const provider = await startSendgrid({
    delayMs: 5,
    meanwhile: () => {
      const { victim } = scene;
      if (victim !== undefined && (victim.left -= 1) === 0) victim.child.kill("SIGKILL");
    },
  });
  const scene: Scene = { world, provider, victim: undefined, figures, ...options };
  try {
    await act(scene);
    return figures;
  } finally {
    await provider.close();
    await world.close();
  }
}

export function startPreparer(
  { world, recipients }: Scene,
  name: string,
  settings: NodeJS.ProcessEnv = {},
): ChildProcess {
  return start("preparer.ts", [world.url, name, String(recipients)], settings);
}

export function startWorkerProcess({ world, provider, limit }: Scene, settings: NodeJS.ProcessEnv = {}): ChildProcess {
  return start("worker.ts", [world.url, provider.url, String(limit)], settings);
}

function start(script: string, values: string[], settings: NodeJS.ProcessEnv): ChildProcess {
  const preload = ["--import", resolve(import.meta.dirname, "points.ts")];
  return fork(resolve(import.meta.dirname, script), values, {
    execArgv: [...process.execArgv, ...("KILL_AT" in settings ? preload : [])],
    env: { ...process.env, ...settings },
  });
}

export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}
