/** Opens addresses to the job as names are answered: the packet filter has them before the answer leaves. */
import type { EnforcementMode } from "../../../protocol/index.ts";
import type { AddressBook } from "../address-book.ts";
import type { LearnedAnswer } from "../dns/learned-answer.ts";
import type { NameAliases, NameOrigin } from "../name-aliases.ts";
import type { NamePolicy } from "../name-policy.ts";
import type { AddressElement, Element, WriteResult } from "../netlink/element-writer.ts";
import { findOpenings } from "./name-openings.ts";
import { toDeniedElement, toOpenElement } from "./set-elements.ts";

/** Programs keep an address for some seconds whatever its time to live: a browser 60, a JVM 30. */
const FLOOR_MS = 30_000;
/** From the answer to the connection: a queue, a slow program, a second try. */
const GRACE_MS = 30_000;
/** The kernel takes 10 ms for a refusal, and a job that has filled a set could ask for thousands. */
const REFUSAL_PAUSE_MS = 100;
/** A day; an answer that claims more is cut. */
const MAX_TTL_SECONDS = 86_400;
const MAX_ORIGINS = 8;

export interface OpenerOptions {
  /** As it is then: it may become stricter. */
  readonly policy: { readonly names: NamePolicy; readonly mode: EnforcementMode };
  readonly book: AddressBook;
  readonly aliases: NameAliases;
  /** Writes to the packet filter's sets. Null: names alone are held against policy, and no packet is. */
  readonly filter: {
    put(elements: readonly (Element | AddressElement)[]): WriteResult;
  } | null;
  readonly onFailure?: (reason: string) => void;
  readonly nowMs?: () => number;
}

export interface Opener {
  /** "refused": the packet filter did not take the addresses, so the answer must not be given. */
  open(answer: LearnedAnswer): "opened" | "refused";
  /** What the name may be asked for on behalf of; empty for one that nothing pointed at. */
  originsOf(name: string): readonly NameOrigin[];
}

export function createOpener(options: OpenerOptions): Opener {
  const { policy, book, aliases, nowMs = Date.now } = options;

  let pauseUntilMs = 0;
  const put = (elements: readonly (Element | AddressElement)[]): boolean => {
    if (options.filter === null || elements.length === 0) return true;
    if (nowMs() < pauseUntilMs) return false;
    const result = options.filter.put(elements);
    if (result.status === "written") return true;
    pauseUntilMs = nowMs() + REFUSAL_PAUSE_MS;
    options.onFailure?.(result.reason);
    return false;
  };

  return {
    originsOf: (name) => aliases.originsOf(name, nowMs()),
    open({ name, addresses, targets }) {
      const now = nowMs();
      const { names } = policy;
      const origins = aliases.originsOf(name, now);
      for (const { name: alias, port, ttlSeconds } of targets) {
        for (const origin of toOrigins(name, origins, port)) {
          aliases.remember(alias, origin, now + toLifeMs(ttlSeconds));
        }
      }
      const openings = findOpenings(names, name, origins);
      // In audit mode a denied name is answered, and what it leads to is refused.
      const isDenied = policy.mode === "audit" && names.isDenied(name);
      const elements: (Element | AddressElement)[] = [];
      const opened: (() => void)[] = [];
      for (const { ip, ttlSeconds } of addresses) {
        const lifeMs = toLifeMs(ttlSeconds);
        const untilMs = now + lifeMs;
        book.learn(ip, name, untilMs);
        if (isDenied) elements.push(toDeniedElement(ip, lifeMs));
        for (const opening of openings) {
          // Good for as long as this answer is, and a little more.
          if (book.openUntilMs(ip, opening) >= untilMs - GRACE_MS / 2) continue;
          elements.push(toOpenElement(ip, opening, lifeMs));
          opened.push(() => book.open({ ip, ...opening, untilMs }));
        }
      }
      if (!put(elements)) return "refused";
      for (const note of opened) note();
      return "opened";
    },
  };
}

/** A name that was pointed at passes on what it was pointed at for. */
function toOrigins(
  name: string,
  origins: readonly NameOrigin[],
  port: number | undefined,
): NameOrigin[] {
  const inherited = origins.map(({ origin, port: only }) => ({ origin, port: only ?? port }));
  return [{ origin: name, port }, ...inherited].slice(0, MAX_ORIGINS);
}

function toLifeMs(ttlSeconds: number): number {
  return Math.max(Math.min(ttlSeconds, MAX_TTL_SECONDS) * 1000, FLOOR_MS) + GRACE_MS;
}
