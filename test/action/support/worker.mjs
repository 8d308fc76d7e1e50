/**
 * As GitHub's Runner.Worker goes through a job: the `pre` of each action, the steps, the `post` of each action the other way round,
 * each with the files and variables that the runner gives it. What it is told comes in a file, and what came of it goes to another one.
 */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

const [spec = "", result = ""] = process.argv.slice(2);
/** @type {import("./runner-machine.ts").JobSpec} */
const job = JSON.parse(readFileSync(spec, "utf8"));
/** @type {Record<string, Record<string, string>>} */
const states = {};
/** @type {Record<string, string>} */
let added = {};
let isCancelled = false;
let count = 0;
/** @type {string[]} */
const pages = [];
/** @type {import("./runner-machine.ts").Phase[]} */
const phases = [];

for (const step of job.steps) if ("uses" in step) await runPhase(step, "pre");
for (const step of job.steps) {
  const hasFailed = phases.some(({ status, step: of }) => status !== 0 && of !== "");
  if (isCancelled || hasFailed) break;
  await runPhase(step, "main");
}
for (const step of job.steps.toReversed()) if ("uses" in step) await runPhase(step, "post");
// GitHub has them by then.
for (const page of pages) rmSync(page);
writeFileSync(result, JSON.stringify(phases));

/**
 * @param {import("./runner-machine.ts").StepSpec} step
 * @param {"pre" | "main" | "post"} phase
 */
async function runPhase(step, phase) {
  if ("uses" in step && (step.uses[phase] ?? []).length === 0) return;
  count += 1;
  const files = join(job.folder, "files");
  mkdirSync(files, { recursive: true });
  const names = {
    GITHUB_OUTPUT: "output",
    GITHUB_STATE: "state",
    GITHUB_STEP_SUMMARY: "summary",
    GITHUB_ENV: "env",
  };
  /** @type {Record<string, string>} */
  const paths = {};
  for (const [name, kind] of Object.entries(names)) {
    paths[name] = join(files, `${kind}-${count}`);
    appendFileSync(paths[name], "");
  }
  const inputs =
    "uses" in step
      ? Object.entries(step.with ?? {}).map(([name, value]) => [
          `INPUT_${name.toUpperCase()}`,
          value,
        ])
      : [];
  const state =
    "uses" in step && phase === "post" && step.stateAtEnd ? step.stateAtEnd : states[step.id];
  const kept = Object.entries(state ?? {}).map(([name, value]) => [`STATE_${name}`, value]);
  const argv = "uses" in step ? (step.uses[phase] ?? []) : ["sh", "-c", step.run];
  const child = spawn(argv[0] ?? "", argv.slice(1), {
    cwd: job.workspace,
    env: {
      ...job.environment,
      ...added,
      GITHUB_ACTION: step.id,
      ...("uses" in step ? { GITHUB_ACTION_REPOSITORY: "org/runner-guard" } : {}),
      ...paths,
      ...Object.fromEntries([...inputs, ...kept]),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  const page = join(job.diagnostics, "pages", `${randomUUID()}_${randomUUID()}_1.log`);
  pages.push(page);
  appendFileSync(page, `##[group]Run ${step.id}\n`);
  const begun = performance.now();
  child.stderr.on("data", (chunk) => (stderr += String(chunk)));
  child.stdout.on("data", (chunk) => {
    stdout += String(chunk);
    // What it takes for a mask the runner does not show.
    appendFileSync(page, String(chunk).replaceAll(/^::add-mask::.*\n/gm, ""));
    if ("run" in step && step.cancelAt !== undefined && stdout.includes(step.cancelAt)) {
      isCancelled = true;
      child.kill("SIGINT");
    }
  });
  // A step is over with its program, whoever holds its output.
  const status = await new Promise((resolve) =>
    child.on("exit", (code, signal) => resolve(code ?? signal)),
  );
  await new Promise((resolve) => setTimeout(resolve, 20));
  if (phase !== "post") states[step.id] = { ...states[step.id], ...read(paths["GITHUB_STATE"]) };
  added = { ...added, ...read(paths["GITHUB_ENV"]) };
  phases.push({
    step: step.id,
    phase,
    status,
    stdout,
    stderr,
    tookMs: performance.now() - begun,
    outputs: read(paths["GITHUB_OUTPUT"]),
    summary: readFileSync(paths["GITHUB_STEP_SUMMARY"] ?? "", "utf8"),
  });
}

/**
 * `name=value` and `name<<delimiter`, as the runner reads them.
 *
 * @param {string | undefined} path
 */
function read(path = "") {
  /** @type {Record<string, string>} */
  const values = {};
  const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n") : [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    const many = /^(?<name>[^=<]+)<<(?<delimiter>.+)$/.exec(line)?.groups;
    if (many) {
      const end = lines.indexOf(many["delimiter"] ?? "", at + 1);
      values[many["name"] ?? ""] = lines.slice(at + 1, end).join("\n");
      at = end;
    } else if (line.includes("=")) {
      values[line.slice(0, line.indexOf("="))] = line.slice(line.indexOf("=") + 1);
    }
  }
  return values;
}
