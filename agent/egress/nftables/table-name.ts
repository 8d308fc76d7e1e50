/** Names of guards' tables; more guards than this in one network namespace are not to be expected. */
const MAX_TABLES = 256;

/** A guard of a whole namespace takes this one and no other: two such guards would judge the same packets. */
export const FIRST_TABLE = "runner_guard";

export function isGuardTable(name: string): boolean {
  return /^runner_guard(_\d{1,3})?$/.test(name);
}

/** In the order in which they are tried. */
export function* tableNames(): Generator<string> {
  yield FIRST_TABLE;
  for (let number = 2; number <= MAX_TABLES; number += 1) yield `${FIRST_TABLE}_${number}`;
}
