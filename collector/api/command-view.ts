import { type CommandView, killBodySchema } from "../../protocol/index.ts";
import { RequestProblem } from "../errors.ts";
import type { StoredCommand } from "../stores/command-store.ts";

const NUMBER = /^[1-9][0-9]{0,14}$/;

/** A command as the API shows it: who asked for it and why, and what became of it. */
export function toCommandView(command: StoredCommand): CommandView {
  const { number, kind, state, stateAt, answer } = command;
  const { by, reason, at } = killBodySchema.parse(JSON.parse(command.body));
  const stateTime = new Date(stateAt).toISOString();
  return { number, kind, by, reason, askedAt: at, state, stateAt: stateTime, answer };
}

/** Of `/v1/runs/{id}/commands/{number}`. Throws `not-found`. */
export function readCommandName(parameters: Readonly<Record<string, string>>) {
  const { id: runId = "", number = "" } = parameters;
  if (!NUMBER.test(number)) throw new RequestProblem("not-found", "there is no such command");
  return { runId, number: Number(number) };
}
