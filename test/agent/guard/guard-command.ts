/**
 * Guards one command in a process of its own, as `runner-guard run` does, and writes what came of it to a file as JSON:
 * `guard-command.ts FILE OPTIONS COMMAND [ARG...]`, OPTIONS being JSON.
 */
import { writeFileSync } from "node:fs";

import { beginGuard } from "../../../agent/guard/begin-guard.ts";
import { createGuard } from "../../../agent/guard/create-guard.ts";
import type { GuardOptions } from "../../../agent/guard/guard.ts";
import { startCommand } from "../../../agent/job/guarded-command.ts";
import { readInheritance } from "../../../agent/job/inheritance.ts";
import { createRedaction } from "../../../agent/redact/redaction.ts";
import { defaultPolicy, egressPolicySchema } from "../../../protocol/index.ts";

export interface GuardCommandOptions {
  readonly choice: GuardOptions["choice"];
  /** `NAME=value` each: all that the command has in its environment. */
  readonly environment?: readonly string[];
  readonly allow?: readonly string[];
}

const [file = "", optionsText = "{}", ...command] = process.argv.slice(2);
const options: GuardCommandOptions = JSON.parse(optionsText);
writeFileSync(file, JSON.stringify(await guard(options)));

async function guard({ choice, environment = [], allow }: GuardCommandOptions): Promise<unknown> {
  try {
    const parts = {
      choice,
      scope: { type: "command" },
      policy:
        allow === undefined
          ? null
          : {
              ...defaultPolicy,
              egress: egressPolicySchema.parse({ dns: "any", allow }),
            },
      requestedMode: "audit",
      enforcement: "none",
      resolvers: undefined,
      builtIn: [],
      runId: "run-1",
    } as const;
    await using begun = beginGuard(parts);
    await using guarding = await createGuard({
      ...parts,
      begun,
      samplePeriodMs: 50,
      version: "1.2.3",
      command,
      workingDirectory: process.cwd(),
      ci: { provider: "gitlab-ci", job: "unit" },
      redaction: createRedaction(),
    });
    const startedAt = Date.now() * 1000;
    const running = await guarding.startWithin((arm) =>
      startCommand(command, {
        searchPath: "/usr/bin:/bin",
        inheritance: {
          ...readInheritance({}),
          environment: environment.map((entry) => Buffer.from(entry)),
        },
        beforeStart: arm,
      }),
    );
    guarding.follow(running.pid);
    const exit = await running.exited;
    const report = await guarding.finish({ startedAt, endedAt: Date.now() * 1000, ...exit });
    return { guardPid: process.pid, report };
  } catch (error) {
    return { error: String(error) };
  }
}
