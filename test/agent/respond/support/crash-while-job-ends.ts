/** A guard that goes down while it ends a job. Arguments: the numbers of a runner's worker and of its step. */
import { readExecutable, readProcess } from "../../../../agent/respond/process-table.ts";
import { createResponder } from "../../../../agent/respond/responder.ts";
import { RESPONDER_DEFAULTS, toExec } from "./responder-defaults.ts";

const [worker, step] = process.argv.slice(2).map((pid) => readProcess(Number(pid)));
if (worker === undefined || step === undefined) throw new Error("no such processes");
const responder = createResponder({
  ...RESPONDER_DEFAULTS,
  scope: "pod",
  takeEvidence: () => process.exit(3),
});
responder.observe(toExec(worker, { pid: 1, startTicks: 0 }, readExecutable(worker.pid)));
responder.observe(toExec(step, worker, readExecutable(step.pid)));
responder.respond({ response: "kill-job", process: step, rule: "miner" });
await responder.settle();
