/**
 * Sockets for datagrams that were given an address policy forbids, and have sent nothing. Programs do that to learn which of
 * a host's addresses can be reached (RFC 6724, as glibc's getaddrinfo does it for every name), and nothing leaves thereby: so
 * it is told when something is sent, and never where nothing is.
 */
export interface UnsentDatagrams {
  /** False where there is no room: then it is told at once. */
  withhold(key: string): boolean;
  /** One of them has sent. Returns how many are to be told now: 1, or 0 where none was withheld. */
  sent(key: string): 0 | 1;
  /** One of them was closed, and did not get anything out. False where none was withheld. */
  closed(key: string): boolean;
  /** Time has passed: of those that were closed before the last time nothing more will be heard. */
  settle(): void;
}

export function createUnsentDatagrams({ maxKeys }: { maxKeys: number }): UnsentDatagrams {
  const withheld = new Map<string, number>();
  // The packet filter's word on a refused packet may come after the sensor's on the closed socket.
  let closedNow = new Map<string, number>();
  let closedBefore = new Map<string, number>();
  return {
    withhold(key) {
      if (!withheld.has(key) && withheld.size >= maxKeys) return false;
      change(withheld, key, 1);
      return true;
    },
    sent(key) {
      if (!withheld.has(key)) return 0;
      change(withheld, key, -1);
      return 1;
    },
    closed(key) {
      const closed = (closedNow.get(key) ?? 0) + (closedBefore.get(key) ?? 0);
      if ((withheld.get(key) ?? 0) <= closed) return false;
      change(closedNow, key, 1);
      return true;
    },
    settle() {
      for (const [key, count] of closedBefore) change(withheld, key, -count);
      closedBefore = closedNow;
      closedNow = new Map();
    },
  };
}

function change(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}
