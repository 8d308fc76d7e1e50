import type { Report } from "../../../protocol/index.ts";
import { toPrintable } from "../printable.ts";
import { createWhoOf, type Who } from "../replay/who-of.ts";

/** Who needed a destination, and how often. */
export type Users = Map<string, number>;

export type UserOf = (processId: string | null) => string;

const MAX_USER_LENGTH = 60;
const MAX_NAMED = 3;

/** `npm (step install)`: safe in a comment. */
export function createUserOf(report: Report): UserOf {
  const whoOf = createWhoOf(report);
  const known = new Map<string, string>();
  return (id) => {
    const who = whoOf(id);
    const key = `${who.step ?? ""}\0${who.program}`;
    const user = known.get(key) ?? toUser(who);
    known.set(key, user);
    return user;
  };
}

function toUser({ program, step }: Who): string {
  const name = toPrintable(program, MAX_USER_LENGTH);
  return step === null ? name : `${name} (step ${toPrintable(step, MAX_USER_LENGTH)})`;
}

export function countUser(users: Users, user: string, count: number): void {
  users.set(user, (users.get(user) ?? 0) + count);
}

/** Those who needed it most, first. */
export function toUsersText(users: Users): string {
  const sorted = [...users].toSorted(
    ([one, often], [other, oftener]) => oftener - often || compare(one, other),
  );
  const named = sorted.slice(0, MAX_NAMED).map(([user]) => user);
  const more = sorted.length - named.length;
  return `${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
