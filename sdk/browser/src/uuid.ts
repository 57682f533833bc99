/**
 * A random UUID, version 4. `crypto.randomUUID` is there only in secure contexts, and sites on
 * plain http are to be counted as well.
 */
export const uuid = (): string =>
  "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) =>
    // 0: any digit, 1: any digit, 8: one of 8, 9, a, b. The 4 is the version and stays.
    (
      +digit ^
      (crypto.getRandomValues(new Uint8Array(1))[0]! & (15 >> (+digit / 4)))
    ).toString(16),
  );
