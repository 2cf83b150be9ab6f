import { asset } from "#lib/assets.ts";
import { inWords } from "#lib/http/problems.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";

export interface ProofOfWorkProps {
  /** From `newChallenge()`. The field `proof` then holds the answer. */
  challenge: unknown;
  /** When the form will be taken without. */
  retryAfterSeconds: number;
}

/**
 * Part of a form that is asked for too often: has the browser work for a moment before the form is sent. Who has no
 * script is told how long to wait instead.
 */
export function ProofOfWork({ challenge, retryAfterSeconds }: ProofOfWorkProps): Html {
  return (
    <>
      <proof-of-work
        data-challenge={JSON.stringify(challenge)}
        data-working="Your browser is doing some work, which keeps robots out. It takes a few seconds."
        data-waiting="One moment: the form is sent as soon as the work is done."
        data-done="The work is done."
        data-failed="The work could not be done. Please load the page again."
      >
        <input type="hidden" name="proof" />
        <p role="status">
          There were many tries lately, so your browser has to do some work first, which needs JavaScript. Without it,
          please try again in {inWords(Math.max(retryAfterSeconds, 1))}: then this is not asked any more.
        </p>
        <progress max="1" value="0" aria-label="Work that keeps robots out" hidden />
      </proof-of-work>
      <script type="module" src={asset("proof-of-work.js")} />
    </>
  );
}
