/** What was not read, and why: nothing is left out in silence. */
import { toVisibleText } from "../../visible-text.ts";

export interface Losses {
  /** A stretch that cannot be read any more. */
  add(what: "truncated" | "skipped" | "unread" | "failed", bytes?: number): void;
  /** A file that is not read at all. */
  refuse(name: string, reason: string): void;
  /** Some found no room. */
  noteTooMany(): void;
  /** Stretches and files. */
  readonly count: number;
  describe(): string[];
}

/** Of names that a job may choose: enough to see what it is about. */
const MAX_NAME_CHARACTERS = 80;

export function createLosses(): Losses {
  const stretches = { truncated: 0, skipped: 0, unread: 0, failed: 0 };
  const bytesOf = { truncated: 0, skipped: 0, unread: 0, failed: 0 };
  let refused = 0;
  let firstRefused: string | undefined;
  let areTooMany = false;
  return {
    add(what, bytes = 0) {
      stretches[what] += 1;
      bytesOf[what] += bytes;
    },
    refuse(name, reason) {
      refused += 1;
      firstRefused ??= `${toVisibleText(name, MAX_NAME_CHARACTERS)} is not read: it ${reason}`;
    },
    noteTooMany() {
      areTooMany = true;
    },
    get count() {
      const { truncated, skipped, unread, failed } = stretches;
      return truncated + skipped + unread + failed + refused + Number(areTooMany);
    },
    describe() {
      const others = refused > 1 ? ` (and ${refused - 1} more files)` : "";
      return [
        stretches.truncated > 0 &&
          `a log was cut short ${toTimes(stretches.truncated)}, and what was unread of it is lost`,
        stretches.skipped > 0 &&
          `${bytesOf.skipped} bytes were written faster than they are read, and skipped`,
        stretches.unread > 0 && `at the end ${bytesOf.unread} bytes were unread`,
        stretches.failed > 0 && `reading failed ${toTimes(stretches.failed)}`,
        areTooMany && "there are more files than are followed",
        firstRefused !== undefined && `${firstRefused}${others}`,
      ].filter((clause) => clause !== false);
    },
  };
}

function toTimes(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}
