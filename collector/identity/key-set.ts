/** The keys that an issuer shows, kept for a while, and longer where it cannot be asked. */
import { hasKey, type JSONWebKeySet } from "./json-web-token.ts";

export interface KeySet {
  /** Asked again where this key is not among them, or they are old. Undefined: they cannot be had, or nobody knows yet whether there is this one now. */
  find(keyId: string): Promise<JSONWebKeySet | undefined>;
}

export interface KeySetOptions {
  /** Rejects where they cannot be had. Takes seconds at most. */
  readonly fetchKeys: () => Promise<JSONWebKeySet>;
  /** Milliseconds of a clock that does not jump. */
  readonly uptime: () => number;
  /** Why they could not be had. */
  readonly onTrouble: (error: unknown) => void;
  /** A key that the issuer has taken back is good for so long. */
  readonly maxAgeMs?: number;
  /** The same where the issuer cannot be asked. */
  readonly maxStaleMs?: number;
  /** Who comes with keys of his own invention has the issuer asked no more often. */
  readonly cooldownMs?: number;
}

const MAX_AGE_MS = 600_000;
const MAX_STALE_MS = 86_400_000;
const COOLDOWN_MS = 30_000;

export function createKeySet(options: KeySetOptions): KeySet {
  const { fetchKeys, uptime, onTrouble } = options;
  const { maxAgeMs = MAX_AGE_MS, maxStaleMs = MAX_STALE_MS, cooldownMs = COOLDOWN_MS } = options;
  let kept: { readonly keys: JSONWebKeySet; readonly at: number } | undefined;
  let asking: Promise<void> | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  const ask = async (): Promise<void> => {
    try {
      kept = { keys: await fetchKeys(), at: uptime() };
    } catch (error) {
      onTrouble(error);
    } finally {
      askedAt = uptime();
      asking = undefined;
    }
  };
  return {
    async find(keyId) {
      const before = kept;
      const isGood =
        kept !== undefined && uptime() - kept.at < maxAgeMs && hasKey(kept.keys, keyId);
      if (!isGood && (asking !== undefined || uptime() - askedAt >= cooldownMs)) {
        asking ??= ask();
        await asking;
      }
      if (kept === undefined || uptime() - kept.at >= maxStaleMs) return undefined;
      return kept !== before || hasKey(kept.keys, keyId) ? kept.keys : undefined;
    },
  };
}
