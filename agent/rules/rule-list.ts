/** All built-in rules. A rule is in force by standing here. */
import { addressLiteralDestination } from "./catalogue/address-literal-destination.ts";
import { aiCliUnattended } from "./catalogue/ai-cli-unattended.ts";
import { clusterApiAccess } from "./catalogue/cluster-api-access.ts";
import { containerEscape } from "./catalogue/container-escape.ts";
import { credentialFileRead } from "./catalogue/credential-file-read.ts";
import { dnsTunnel } from "./catalogue/dns-tunnel.ts";
import { droppedExecutable } from "./catalogue/dropped-executable.ts";
import { guardTamper } from "./catalogue/guard-tamper.ts";
import { knownBadDestination } from "./catalogue/known-bad-destination.ts";
import { masquerade } from "./catalogue/masquerade.ts";
import { metadataService } from "./catalogue/metadata-service.ts";
import { miner } from "./catalogue/miner.ts";
import { orphanProcess } from "./catalogue/orphan-process.ts";
import { packageManagerChild } from "./catalogue/package-manager-child.ts";
import { persistenceWrite } from "./catalogue/persistence-write.ts";
import { pipeToShell } from "./catalogue/pipe-to-shell.ts";
import { preloadInjection } from "./catalogue/preload-injection.ts";
import { privilegedContainer } from "./catalogue/privileged-container.ts";
import { processEnvironRead } from "./catalogue/process-environ-read.ts";
import { rawSocket } from "./catalogue/raw-socket.ts";
import { reverseShell } from "./catalogue/reverse-shell.ts";
import { runnerMemoryRead } from "./catalogue/runner-memory-read.ts";
import { runnerRegistration } from "./catalogue/runner-registration.ts";
import { secretHunter } from "./catalogue/secret-hunter.ts";
import { secretInLog } from "./catalogue/secret-in-log.ts";
import { sourceOverwrite } from "./catalogue/source-overwrite.ts";
import { untrustedResolver } from "./catalogue/untrusted-resolver.ts";
import { workflowWrite } from "./catalogue/workflow-write.ts";
import type { Rule } from "./rule.ts";

export const RULES: readonly Rule[] = [
  addressLiteralDestination,
  clusterApiAccess,
  containerEscape,
  aiCliUnattended,
  credentialFileRead,
  dnsTunnel,
  droppedExecutable,
  guardTamper,
  knownBadDestination,
  masquerade,
  metadataService,
  miner,
  orphanProcess,
  packageManagerChild,
  persistenceWrite,
  pipeToShell,
  preloadInjection,
  privilegedContainer,
  processEnvironRead,
  rawSocket,
  reverseShell,
  runnerMemoryRead,
  runnerRegistration,
  secretHunter,
  secretInLog,
  sourceOverwrite,
  untrustedResolver,
  workflowWrite,
];
