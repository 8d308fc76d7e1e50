import { AGENT_COMMANDS, JOINING_OPTIONS, JOINING_SCRIPTS } from "../data/runner-commands.ts";
import { type Actor, ancestorsOf, hasTrait } from "../facts/actor.ts";
import type { ProgramFacts } from "../facts/program-facts.ts";
import type { RunFacts } from "../facts/run-facts.ts";
import { CONTAINER_CLIENT, DOWNLOADER, SHELL } from "../facts/traits.ts";
import type { Flagged, Rule } from "../rule.ts";

/** By which the runner finds what a job left running, to end it (actions/runner, Constants.cs: ProcessTrackingId). */
const TRACKING_VARIABLE = "RUNNER_TRACKING_ID";
/** Where a token to register a runner is asked for. */
const TOKEN_PATH = /\/actions\/runners\/(?:registration-token|generate-jitconfig)\b/;
const TOKEN_VARIABLE = /^(?:--env=|-e)?(?:RUNNER_TOKEN|REGISTRATION_TOKEN|RUNNER_JITCONFIG)(?:=|$)/;
const ASKS = new Set(["gh", "http", "https", "xh", "fetch"]);
/** A command line with a token has these beside each other, whatever the program is called. */
const CONFIGURES = new Set(["configure", "register"]);

export const runnerRegistration: Rule = {
  id: "runner-registration",
  title: "Runner registered by a job",
  flags:
    "A job that registers or starts a runner of GitHub Actions, GitLab, Buildkite, Azure Pipelines, Gitea or Forgejo, asks for a token to do so, or changes `RUNNER_TRACKING_ID` for a process of its own, by which that outlives the job.",
  why: "Whoever registers a runner can come back: every later job that it is given, and every command sent to it, runs on this machine.",
  advice:
    "End the machine, not only the job. Remove runners that nobody knows from the organisation's settings, and look for the token's owner in the audit log.",
  severity: "critical",
  response: "kill-job",
  techniques: ["T1543"],
  references: [
    {
      title: "MITRE ATT&CK T1543, Create or Modify System Process",
      url: "https://attack.mitre.org/techniques/T1543/",
    },
    {
      title: "GitHub: Adding self-hosted runners",
      url: "https://docs.github.com/en/actions/how-tos/manage-runners/self-hosted-runners/add-runners",
    },
  ],
  honest: [
    "What runs the job is none of the job's: a machine's own runner, its updates and its other jobs stay quiet.",
    "Asking a runner's program for its version, and commands of an agent that belong into a job (`buildkite-agent artifact upload`), stay quiet.",
    "Clearing `RUNNER_TRACKING_ID` is also a known way to keep a server alive between steps: it is told with response `report`. Start the server in the step that needs it, or as a service container.",
    "A job that sets up runners by intent needs the rule switched off.",
  ],
  on: {
    exec(_seen, actor, facts) {
      const { program } = actor;
      if (program === undefined) return undefined;
      const deed = findDeed(program, actor);
      if (deed !== undefined) return isOfJob(actor, facts) ? toFlagged(program, deed) : undefined;
      return program.environment[TRACKING_VARIABLE] === undefined && !hasOwnStep(program)
        ? undefined
        : ofTracking(actor, program);
    },
  },
};

function findDeed(program: ProgramFacts, actor: Actor): string | undefined {
  const { name, args } = program;
  const commands = AGENT_COMMANDS.get(name);
  if (commands !== undefined && (commands.size === 0 || args.some((arg) => commands.has(arg)))) {
    return "starts or registers a runner";
  }
  if (hasTrait(actor, SHELL) && isJoining(program)) return "registers a runner";
  if (isConfiguring(args)) return "registers a runner";
  if (hasTrait(actor, DOWNLOADER) || ASKS.has(name)) {
    return args.some((arg) => TOKEN_PATH.test(arg) || TOKEN_PATH.test(`/${arg}`))
      ? "asks for a token to register a runner"
      : undefined;
  }
  if (!hasTrait(actor, CONTAINER_CLIENT)) return undefined;
  return args.some((arg) => TOKEN_VARIABLE.test(arg))
    ? "starts a runner in a container"
    : undefined;
}

/** `./config.sh --url … --token …`, `run.sh --jitconfig …`. */
function isJoining({ args, script }: ProgramFacts): boolean {
  const path = script ?? args.slice(1).find((arg) => !arg.startsWith("-"));
  if (path === undefined || !JOINING_SCRIPTS.has(baseName(path))) return false;
  return args.some((arg) => JOINING_OPTIONS.has(toOption(arg)));
}

/** Runner.Listener, gitlab-runner and the like by another name, or as `dotnet Runner.Listener.dll`. */
function isConfiguring(args: readonly string[]): boolean {
  const at = args.findIndex((arg, index) => index < 3 && CONFIGURES.has(arg));
  if (at < 1) return args[2] === "run" && args[1]?.endsWith("Runner.Listener.dll") === true;
  const options = new Set(args.slice(at + 1).map(toOption));
  const hasPlace = options.has("--url") || options.has("--instance") || options.has("-u");
  return hasPlace && [...options].some((option) => JOINING_OPTIONS.has(option));
}

/** All of `run` is the job's. On a machine or in a pod it is what a runner's worker started, or a step has. */
function isOfJob(actor: Actor, { place }: RunFacts): boolean {
  if (place.scope === "command" || actor.step !== undefined) return true;
  for (const { program } of ancestorsOf(actor)) {
    if (program?.name === "Runner.Worker" || program?.name === "Agent.Worker") return true;
  }
  return false;
}

/** Whether variables of the step came along: `sudo` and `env -i` drop all of them. */
function hasOwnStep({ environment }: ProgramFacts): boolean {
  return environment["GITHUB_ACTION"] !== undefined;
}

function ofTracking(actor: Actor, program: ProgramFacts): Flagged | undefined {
  const before = actor.parent?.program?.environment[TRACKING_VARIABLE];
  if (before === undefined || before === "") return undefined;
  if (program.environment[TRACKING_VARIABLE] === before) return undefined;
  return {
    ...toFlagged(program, `runs with another ${TRACKING_VARIABLE} than whoever started it`),
    severity: "high",
    response: "report",
  };
}

function toFlagged({ name }: ProgramFacts, deed: string): Flagged {
  return { message: `${name} ${deed}`, subject: `${name} ${deed}` };
}

function toOption(arg: string): string {
  const equals = arg.indexOf("=");
  return equals === -1 ? arg : arg.slice(0, equals);
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
