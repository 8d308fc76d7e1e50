/** A guard names its findings anew in each run: on the wire the run's name stands before them. */
import { RequestProblem } from "../errors.ts";
import type { FindingName } from "../stores/run-queries.ts";

const PLAIN = /^[A-Za-z0-9_-]{1,64}$/;
const ON_THE_WIRE =
  /^(?<runId>[0-9a-f-]{36})\.(?:(?<plain>[A-Za-z0-9_-]{1,64})|~(?<packed>[A-Za-z0-9_-]+))$/;

/** What a path could not hold as it is is in base64url behind a `~`: an agent may name its findings as it likes. */
export function toFindingId({ runId, id }: FindingName): string {
  return PLAIN.test(id) ? `${runId}.${id}` : `${runId}.~${Buffer.from(id).toString("base64url")}`;
}

/** Throws `not-found`. */
export function readFindingId(text: string): FindingName {
  const { runId, plain, packed } = ON_THE_WIRE.exec(text)?.groups ?? {};
  if (runId === undefined) throw new RequestProblem("not-found", "there is no such finding");
  return { runId, id: plain ?? Buffer.from(packed ?? "", "base64url").toString("utf8") };
}
