// Progress of something that goes on, as values of a generator.

/**
 * Does some work and gives what it reports meanwhile: of reports that nobody has taken yet, the newest.
 * @template P, T
 * @param {(report: (progress: P) => void) => Promise<T>} work
 * @returns {AsyncGenerator<P, T, void>} it ends as the work does
 */
export async function* watched(work) {
  /** @type {P | undefined} */
  let latest;
  let over = false;
  let wake = () => {};
  const working = work((progress) => {
    latest = progress;
    wake();
  });
  const end = () => {
    over = true;
    wake();
  };
  working.then(end, end);
  for (;;) {
    if (latest !== undefined) {
      const progress = latest;
      latest = undefined;
      yield progress;
    } else if (over) {
      return await working;
    } else {
      await new Promise((resolve) => {
        wake = () => resolve(undefined);
      });
    }
  }
}
