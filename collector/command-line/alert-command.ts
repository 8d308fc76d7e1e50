/** `alert`: whether a sink hears what it is told, and which incidents are open. */
import type { Command } from "commander";

import { describeOutcome, trySink } from "../alerting/try-sink.ts";
import { readServeConfig, SERVE_FLAGS, type ServeConfig, type ServeFlags } from "../config.ts";
import { CollectorError } from "../errors.ts";
import { listOpenIncidents } from "../maintenance/list-open-incidents.ts";
import { toPublicUrl } from "../start-alerts.ts";
import { toVisibleText } from "../visible-text.ts";
import type { CommandContext } from "./command-context.ts";
import { countOf } from "./count-of.ts";
import { addFlag } from "./flag-options.ts";

const EXIT_NOT_DELIVERED = 1;
/** Of "acknowledged" and "critical". */
const STATE_WIDTH = 12;
const SEVERITY_WIDTH = 8;
const MAX_MESSAGE_CHARACTERS = 160;

export function addAlertCommand(root: Command, context: CommandContext): void {
  const alert = root
    .command("alert")
    .description("Try a sink of alerts, and list the incidents that are open");
  const test = alert
    .command("test <sink>")
    .description(
      "Send a test alert and its end to a sink, and say what was answered; exit 1 where it was not taken",
    )
    .action((name: string, flags: ServeFlags) => runTest(name, flags, context));
  addFlag(test, {
    ...SERVE_FLAGS.alerting,
    description: "The file in JSON that the sink is in (docs/alerting.md).",
  });
  addFlag(test, {
    ...SERVE_FLAGS.publicUrl,
    description: "The address under which people reach the collector, for the links of the test.",
  });
  addFlag(alert.command("list"), SERVE_FLAGS.dataDir)
    .description(
      "List the incidents of all tenants that are not resolved, those first that have been left alone for longest",
    )
    .action((flags: ServeFlags) => runList(flags, context));
}

async function runTest(
  name: string,
  flags: ServeFlags,
  { environment, stdout, setExitStatus }: CommandContext,
): Promise<void> {
  const config = readServeConfig(flags, environment);
  const { test, end } = await trySink(findSink(name, config), {
    writeLine: (line: string) => void stdout.write(line),
    publicUrl: toPublicUrl(config),
    now: Date.now,
  });
  stdout.write(`${name}: ${describeOutcome(test)}\n`);
  if (end !== undefined) stdout.write(`${name}: its end: ${describeOutcome(end)}\n`);
  if (end?.status !== "delivered") setExitStatus(EXIT_NOT_DELIVERED);
}

/** Throws `usage`. */
function findSink(name: string, { alerting }: ServeConfig) {
  const sinks = alerting?.sinks ?? [];
  const found = sinks.find((sink) => sink.name === name);
  if (found !== undefined) return found;
  const known = sinks.map((sink) => sink.name).join(", ");
  const hint =
    known === "" ? "name the file of alerts with --alerting" : `the file of alerts has: ${known}`;
  throw new CollectorError("usage", `${JSON.stringify(name)} is no sink; ${hint}`);
}

function runList(flags: ServeFlags, { environment, stdout }: CommandContext): void {
  const { dataDir } = readServeConfig(flags, environment);
  const { incidents, damages } = listOpenIncidents(dataDir);
  for (const incident of incidents) {
    const { id, state, severity, urgency, rule, runs, findings, tenant, message } = incident;
    const names = [incident.repository, incident.workflow, incident.job];
    const job = names.map((name) => toVisible(name ?? "-")).join("  ");
    const counts = `${countOf(findings, "finding")} in ${countOf(runs, "run")}`;
    const head = `${id}  ${state.padEnd(STATE_WIDTH)}  ${severity.padEnd(SEVERITY_WIDTH)}  ${urgency.padEnd("ticket".length)}`;
    stdout.write(
      `${head}  ${tenant}  ${job}  ${toVisible(rule)}  ${counts}  ${toVisible(message)}\n`,
    );
  }
  for (const damage of damages) stdout.write(`cannot be read: ${toVisible(damage)}\n`);
}

function toVisible(text: string): string {
  return toVisibleText(text, MAX_MESSAGE_CHARACTERS);
}
