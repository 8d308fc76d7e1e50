/** All built-in rules. A rule is in force by standing here. */
import { aiCliUnattended } from "./catalogue/ai-cli-unattended.ts";
import { guardTamper } from "./catalogue/guard-tamper.ts";
import { packageManagerChild } from "./catalogue/package-manager-child.ts";
import { pipeToShell } from "./catalogue/pipe-to-shell.ts";
import { processEnvironRead } from "./catalogue/process-environ-read.ts";
import { reverseShell } from "./catalogue/reverse-shell.ts";
import { runnerMemoryRead } from "./catalogue/runner-memory-read.ts";
import { secretHunter } from "./catalogue/secret-hunter.ts";
import { secretInLog } from "./catalogue/secret-in-log.ts";
import type { Rule } from "./rule.ts";

export const RULES: readonly Rule[] = [
  aiCliUnattended,
  guardTamper,
  packageManagerChild,
  pipeToShell,
  processEnvironRead,
  reverseShell,
  runnerMemoryRead,
  secretHunter,
  secretInLog,
];
