/** Asks the guard that `runner-guard watch` started, and says clearly why it cannot. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";

import { parseStateDirectory } from "../config.ts";
import type { ControlRequest } from "../control/control-request.ts";
import { AgentError } from "../errors.ts";
import type { Done } from "./describe-done.ts";
import { toMessage } from "./message.ts";
import type { ProgramOptions } from "./program-options.ts";
import { toSearchedPlaces } from "./state-places.ts";

export interface Asking {
  readonly request: ControlRequest;
  readonly flags: Readonly<Record<string, unknown>>;
  /** Of what the guard answered. */
  readonly describe: (result: unknown) => Done;
}

/** Says in one line what the guard did. Throws `guard-unreachable` and `request-refused`. */
export async function askRunningGuard(asking: Asking, options: ProgramOptions): Promise<void> {
  const { message, isWarning } = asking.describe(await ask(asking, options));
  const output = isWarning === true ? options.stderr : options.stdout;
  output.write(toMessage(message));
}

async function ask({ request, flags }: Asking, { environment }: ProgramOptions): Promise<unknown> {
  const [{ askGuard }, { toSocketPath }] = await Promise.all([
    import("../control/control-client.ts"),
    import("../control/state-directory.ts"),
  ]);
  const given = parseStateDirectory(flags, environment);
  const userId = process.geteuid?.() ?? 0;
  const places = given === undefined ? toSearchedPlaces({ userId, environment }) : [resolve(given)];
  const place = places.find((it) => existsSync(toSocketPath(it))) ?? places[0] ?? "";
  const asked = await askGuard(toSocketPath(place), request);
  if (asked.status === "done") return asked.result;
  if (asked.status === "refused") {
    throw new AgentError("request-refused", `the guard refused: ${asked.reason}`);
  }
  throw new AgentError("guard-unreachable", describeUnreachable(asked, places, place));
}

function describeUnreachable(
  { why, reason }: { readonly why: string; readonly reason: string },
  places: readonly string[],
  place: string,
): string {
  const looked = places.join(" or ");
  switch (why) {
    case "no-socket":
      return `no guard is running in ${looked}: start one with runner-guard watch, or say where it is with --state-dir`;
    case "nobody-listens":
      return `the guard of ${place} has ended without a word: it was killed; start it again with runner-guard watch`;
    case "forbidden":
      return `the guard of ${place} may not be reached by this user: the directory must let others in (chmod go+x)`;
    default:
      return `the guard of ${place} cannot be asked: ${reason}`;
  }
}
