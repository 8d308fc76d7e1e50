/** Sessions of operators who signed in with a token: a browser keeps a name of 256 random bits, and the collector that name's hash alone. */
import { randomBytes } from "node:crypto";

import { type Caller, toTokenHash } from "./tokens.ts";

export interface Session {
  /** With `ended`. */
  readonly caller: Caller;
  /** Milliseconds since 1970: it ends then, whatever is done with it. */
  readonly endsAt: number;
}

export interface OpenedSession extends Session {
  /** For the cookie, and nowhere else. */
  readonly secret: string;
}

export interface Sessions extends Disposable {
  open(caller: Caller): OpenedSession;
  /** `isUse`: it is not left alone. What a page asks by itself is no use of it. */
  find(secret: string, isUse: boolean): Session | undefined;
  /** Of nobody's nothing happens. */
  close(secret: string): void;
}

export interface SessionsOptions {
  /** Whether that token is still good, and still of the same role. */
  readonly isGranted: (caller: Caller) => boolean;
  readonly bounds: SessionBounds;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface SessionBounds {
  /** Nothing was asked by it for so long: streams that are only listened to do not count. */
  readonly idleMs: number;
  readonly wholeMs: number;
  /** Of one token. The one that was used longest ago makes room. */
  readonly maxOfToken: number;
  /** Of all. Some 500 bytes each. Beyond, the tenant that has most of them makes room. */
  readonly maxSessions: number;
  /** How soon one that has ended by itself is noticed where nobody asks. */
  readonly lookMs: number;
}

/** A shift, and two hours away from the desk. */
export const USUAL_SESSION_BOUNDS: SessionBounds = {
  idleMs: 2 * 3_600_000,
  wholeMs: 12 * 3_600_000,
  maxOfToken: 50,
  maxSessions: 10_000,
  lookMs: 5_000,
};

const SECRET_BYTES = 32;

interface Kept extends Session {
  readonly hash: string;
  readonly controller: AbortController;
  usedAt: number;
}

export function createSessions({ isGranted, bounds, now }: SessionsOptions): Sessions {
  /** By hash; the one that was used longest ago comes first. How long it takes to look up a hash says nothing of the secret. */
  const sessions = new Map<string, Kept>();
  const end = (session: Kept): void => {
    sessions.delete(session.hash);
    session.controller.abort();
  };
  const isOver = ({ caller, usedAt, endsAt }: Kept): boolean =>
    now() >= endsAt || now() - usedAt >= bounds.idleMs || !isGranted(caller);
  const look = (): void => {
    for (const session of sessions.values()) if (isOver(session)) end(session);
  };
  const timer = setInterval(look, bounds.lookMs).unref();
  return {
    open(caller) {
      makeRoom([...sessions.values()], { caller, bounds, end });
      const secret = randomBytes(SECRET_BYTES).toString("base64url");
      const controller = new AbortController();
      const session: Kept = {
        hash: toTokenHash(secret),
        caller: { ...caller, ended: controller.signal },
        usedAt: now(),
        endsAt: now() + bounds.wholeMs,
        controller,
      };
      sessions.set(session.hash, session);
      return { secret, caller: session.caller, endsAt: session.endsAt };
    },
    find(secret, isUse) {
      const session = sessions.get(toTokenHash(secret));
      if (session === undefined) return undefined;
      if (isOver(session)) {
        end(session);
        return undefined;
      }
      if (!isUse) return session;
      session.usedAt = now();
      sessions.delete(session.hash);
      sessions.set(session.hash, session);
      return session;
    },
    close(secret) {
      const session = sessions.get(toTokenHash(secret));
      if (session !== undefined) end(session);
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      for (const session of sessions.values()) end(session);
    },
  };
}

interface Room {
  readonly caller: Caller;
  readonly bounds: SessionBounds;
  readonly end: (session: Kept) => void;
}

function makeRoom(sessions: readonly Kept[], { caller, bounds, end }: Room): void {
  const own = sessions.filter(({ caller: { token } }) => token === caller.token);
  const [oldestOfToken] = own;
  if (own.length >= bounds.maxOfToken && oldestOfToken !== undefined) end(oldestOfToken);
  else if (sessions.length >= bounds.maxSessions) {
    const ofTenants = [...Map.groupBy(sessions, ({ caller: { tenant } }) => tenant).values()];
    const [[oldest] = []] = ofTenants.toSorted((one, other) => other.length - one.length);
    if (oldest !== undefined) end(oldest);
  }
}
