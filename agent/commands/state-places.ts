import { join } from "node:path";

const NAME = "runner-guard";
const ROOT = 0;
/** Only root may make anything in it, so nobody else can pass for root's guard there. */
const SYSTEM_PLACE = `/run/${NAME}`;

interface Whose {
  readonly userId: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Where a guard of this user keeps its state when nobody says where. */
export function toStatePlace({ userId, environment }: Whose): string {
  if (userId === ROOT) return SYSTEM_PLACE;
  const runtime = environment["XDG_RUNTIME_DIR"];
  if (runtime) return join(runtime, NAME);
  return join(environment["TMPDIR"] || "/tmp", `${NAME}-${userId}`);
}

/** Where to look for a guard: the job's user is not the guard's, mostly. */
export function toSearchedPlaces(whose: Whose): string[] {
  return [...new Set([SYSTEM_PLACE, toStatePlace(whose)])];
}
