/** What dead guards left of their runs: gone on with, sent, or let go of. */
import type { StartRunRequest } from "../../../protocol/index.ts";
import { toErrorText } from "../../errors.ts";
import { sendLeftover } from "../../stream/leftover.ts";
import { boundLeft, countUnsent } from "../../stream/spool/bound-left.ts";
import type { RunDirectory } from "../../stream/spool/run-directories.ts";
import type { Transport } from "../../stream/transport/transport.ts";
import { openRunStore } from "./run-store.ts";

export interface LeftRunsOptions {
  readonly maxBytes: number;
  /** What a dead guard left, and could not be sent. */
  readonly onLeft: (path: string, reason: string | undefined) => void;
  /** What is gone of dead guards' runs, because more of them waited than may. */
  readonly onLetGo: (message: string) => void;
}

type OpenTransport = (onFailure: (reason: string) => void) => Transport;

/** Nobody asks any more what a job did a month ago and no collector has heard of. */
const MAX_LEFT_AGE_MS = 30 * 86_400_000;

/** The same job's, interrupted: a guard of a command ends with it, so another command is another run. */
export function goesOn(
  directory: RunDirectory,
  request: StartRunRequest,
  { bootId, maxBytes }: Pick<LeftRunsOptions, "maxBytes"> & { readonly bootId: string },
): boolean {
  if (directory.request === undefined) return false;
  const { scope, ci } = directory.request;
  const isSame = scope === request.scope && JSON.stringify(ci) === JSON.stringify(request.ci);
  if (request.scope === "command" || !isSame || directory.bootId !== bootId) return false;
  try {
    using store = openRunStore(directory, { maxBytes }, () => undefined);
    return store.head(store.length - 1)?.isLast !== true;
  } catch {
    // Whoever sends what is left tells why.
    return false;
  }
}

export function letGoOfTooMuch(
  dead: readonly RunDirectory[],
  options: LeftRunsOptions,
): readonly RunDirectory[] {
  const bounds = { maxBytes: options.maxBytes, maxAgeMs: MAX_LEFT_AGE_MS, now: Date.now() };
  const { kept, tooMuch } = boundLeft(dead, bounds);
  for (const { directory, why } of tooMuch) {
    using _ = directory;
    const { path } = directory;
    try {
      const count = countUnsent(directory);
      directory.remove();
      options.onLetGo(
        `${count ?? "unknown"} events of a guard that was killed are lost with ${path}: ${why}`,
      );
    } catch (error) {
      options.onLeft(path, toErrorText(error));
    }
  }
  return kept;
}

/** One after the other, beside the run that is going on. Does not reject, whatever lies there. */
export async function sendLeft(
  dead: readonly RunDirectory[],
  options: LeftRunsOptions & { readonly openTransport: OpenTransport },
  signal: AbortSignal,
): Promise<void> {
  for (const directory of dead) {
    using _ = directory;
    try {
      const { outcome, trouble } = await sendOne(directory, options, signal);
      if (outcome === "sent") removeRun(directory, options);
      else options.onLeft(directory.path, trouble);
    } catch (error) {
      options.onLeft(directory.path, toErrorText(error));
    }
  }
}

async function sendOne(
  directory: RunDirectory,
  options: LeftRunsOptions & { readonly openTransport: OpenTransport },
  signal: AbortSignal,
): Promise<{ readonly outcome: "sent" | "waiting"; readonly trouble: string | undefined }> {
  const { request } = directory;
  if (request === undefined) {
    return { outcome: "waiting", trouble: "nobody can read whose it is" };
  }
  let trouble: string | undefined;
  const onTrouble = (reason: string | undefined): void => {
    trouble = reason ?? trouble;
  };
  using store = openRunStore(directory, options, onTrouble);
  using transport = options.openTransport(onTrouble);
  const outcome = await sendLeftover({ store, transport, request, onTrouble }, signal);
  return { outcome, trouble };
}

export function removeRun(
  directory: RunDirectory,
  { onLeft }: Pick<LeftRunsOptions, "onLeft">,
): void {
  try {
    directory.remove();
  } catch (error) {
    onLeft(directory.path, toErrorText(error));
  }
}
