/**
 * Says, at each new request, whether it should be turned away: once the requests that arrived together have kept the
 * event loop busy for `maxBusyMs`, the rest of the crowd is. So what was admitted is answered soon, and the process
 * recovers as soon as the crowd has gone. A figure sampled now and then would admit a whole crowd, then nobody.
 */
export function watchPressure(maxBusyMs: number): () => boolean {
  let since: number | undefined;
  // Runs when everything that had arrived was looked at.
  const pause = (): void => {
    since = undefined;
  };
  return () => {
    if (since !== undefined) return performance.now() - since > maxBusyMs;
    since = performance.now();
    setImmediate(pause);
    return false;
  };
}
