/**
 * A question that everybody shares: it is asked once for all who want to know within `freshMs`, never twice at a time,
 * and whoever would wait longer than `deadlineMs` is told `late`. The question itself must not fail.
 */
export function askTogether<T>(
  question: () => Promise<T>,
  { freshMs, deadlineMs, late }: { freshMs: number; deadlineMs: number; late: T },
): () => Promise<T> {
  let answer: Promise<T> | undefined;
  let freshUntil = 0;

  return () => {
    if (answer === undefined || performance.now() > freshUntil) answer = ask();
    return answer;
  };

  async function ask(): Promise<T> {
    const began = performance.now();
    // A question that still waits is not asked again.
    freshUntil = Infinity;
    const { promise: tooLate, resolve } = Promise.withResolvers<T>();
    const timer = setTimeout(resolve, deadlineMs, late);
    const asked = question().finally(() => {
      freshUntil = began + freshMs;
      clearTimeout(timer);
    });
    return Promise.race([asked, tooLate]);
  }
}
