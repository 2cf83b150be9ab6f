import type { SetupStep } from "../provider.ts";
import type { AskPaddle, PaddleKeys } from "./calls.ts";

export async function verifySetup(_ask: AskPaddle, _keys: PaddleKeys): Promise<readonly SetupStep[]> {
  return [];
}
