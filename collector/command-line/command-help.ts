/** What stands below the options of each command: exit statuses, examples, and the document that tells more. */
import type { Command } from "commander";

interface CommandHelp {
  /** Those of its own, or in other words than below; undefined: it has none such. */
  readonly statuses?: Readonly<Record<number, string | undefined>>;
  /** Without the name of the program. */
  readonly examples: readonly string[];
  readonly document: string;
}

const DATA = "--data-dir /var/lib/runner-guard-collector";
const STATUSES = {
  0: "done",
  2: "wrong usage",
  69: "the data cannot be used: there is none, or a collector has it",
  70: "a bug",
  74: "something cannot be stored or written",
};
const IMPORTS = { 65: "a line of the file is wrong" };

/** By their names on the command line. */
export const COMMAND_HELP: Readonly<Record<string, CommandHelp>> = {
  serve: {
    statuses: {
      0: "ended by SIGTERM or SIGINT; with --check: nothing is wrong",
      69: "it cannot start: the data or the address cannot be used",
      74: "it could not store any more and has ended, or cannot write",
    },
    examples: [
      `serve ${DATA}`,
      `serve --check ${DATA} --alerting alerting.json --response response.json`,
    ],
    document: "docs/collector.md",
  },
  verify: {
    statuses: {
      0: "the run is what its guard signed",
      1: "it is not, or not whole",
      2: "wrong usage, or there is no such run",
    },
    examples: [`verify 3f032ed3-0000-4000-8000-c46d6ad0b9b1 ${DATA}`],
    document: "docs/collector.md",
  },
  backup: {
    examples: [`backup /var/backups/collector-monday ${DATA}`],
    document: "docs/collector.md",
  },
  export: {
    statuses: { 1: "not all of it could be read" },
    examples: [
      `export --since 2026-01-31 ${DATA} > runs.ndjson`,
      `export --format ocsf --output january.ndjson --since 2026-01-01 ${DATA}`,
    ],
    document: "docs/export.md",
  },
  import: {
    statuses: IMPORTS,
    examples: [`import runs.ndjson ${DATA}`, `import - ${DATA} < runs.ndjson`],
    document: "docs/export.md",
  },
  prune: {
    examples: [`prune --dry-run ${DATA}`, `prune --keep events=7 ${DATA}`],
    document: "docs/retention.md",
  },
  "token add": {
    examples: [
      `token add --tenant default --role agent ${DATA}`,
      `token add --tenant default --role responder ${DATA}`,
    ],
    document: "docs/collector.md",
  },
  "token list": { examples: [`token list ${DATA}`], document: "docs/collector.md" },
  "token revoke": {
    examples: [`token revoke 3f032ed3c46d ${DATA}`],
    document: "docs/collector.md",
  },
  "rotate-key": { examples: [`rotate-key ${DATA}`], document: "docs/collector.md" },
  "baseline show": {
    examples: [
      `baseline show ${DATA}`,
      `baseline show --repository acme/app ${DATA}`,
      `baseline show 7 ${DATA}`,
    ],
    document: "docs/baselines.md",
  },
  "baseline reset": { examples: [`baseline reset 7 ${DATA}`], document: "docs/baselines.md" },
  "baseline export": {
    examples: [
      `baseline export ${DATA} > baselines`,
      `baseline export 7 9 --output baselines ${DATA}`,
    ],
    document: "docs/baselines.md",
  },
  "baseline import": {
    statuses: IMPORTS,
    examples: [`baseline import baselines ${DATA}`],
    document: "docs/baselines.md",
  },
  "alert test": {
    statuses: { 0: "the sink has taken it, and its end", 1: "it was not taken", 69: undefined },
    examples: ["alert test chat --alerting alerting.json"],
    document: "docs/alerting.md",
  },
  "alert list": { examples: [`alert list ${DATA}`], document: "docs/alerting.md" },
};

/** All commands below this one. */
export function addCommandHelp(root: Command): void {
  for (const command of root.commands) addBelow(command, root.name(), command.name());
}

function addBelow(command: Command, program: string, path: string): void {
  for (const sub of command.commands) addBelow(sub, program, `${path} ${sub.name()}`);
  const help = COMMAND_HELP[path];
  if (help !== undefined) command.addHelpText("after", toText(program, help));
}

const STATUS_WIDTH = 5;

function toText(program: string, { statuses, examples, document }: CommandHelp): string {
  const lines = Object.entries({ ...STATUSES, ...statuses }).flatMap(([status, meaning]) =>
    meaning === undefined ? [] : [`  ${status.padEnd(STATUS_WIDTH)}${meaning}`],
  );
  return [
    "",
    "Exit status:",
    ...lines,
    "",
    examples.length === 1 ? "Example:" : "Examples:",
    ...examples.map((example) => `  ${program} ${example}`),
    "",
    `${document} tells more.`,
  ].join("\n");
}
