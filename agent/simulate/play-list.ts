/** All plays. One is there by standing here. */
import type { Play } from "./play.ts";
import { aiCliUnattended } from "./plays/ai-cli-unattended.ts";
import { containerEscape } from "./plays/container-escape.ts";
import { credentialFileRead } from "./plays/credential-file-read.ts";
import { droppedExecutable } from "./plays/dropped-executable.ts";
import { guardTamper } from "./plays/guard-tamper.ts";
import { knownBadDestination } from "./plays/known-bad-destination.ts";
import { masquerade } from "./plays/masquerade.ts";
import { miner } from "./plays/miner.ts";
import { orphanProcess } from "./plays/orphan-process.ts";
import { packageManagerChild } from "./plays/package-manager-child.ts";
import { persistenceWrite } from "./plays/persistence-write.ts";
import { pipeToShell } from "./plays/pipe-to-shell.ts";
import { preloadInjection } from "./plays/preload-injection.ts";
import { privilegedContainer } from "./plays/privileged-container.ts";
import { processEnvironRead } from "./plays/process-environ-read.ts";
import { rawSocket } from "./plays/raw-socket.ts";
import { reverseShell } from "./plays/reverse-shell.ts";
import { runnerMemoryRead } from "./plays/runner-memory-read.ts";
import { runnerRegistration } from "./plays/runner-registration.ts";
import { secretHunter } from "./plays/secret-hunter.ts";
import { secretInLog } from "./plays/secret-in-log.ts";
import { sourceOverwrite } from "./plays/source-overwrite.ts";
import { untrustedResolver } from "./plays/untrusted-resolver.ts";
import { workflowWrite } from "./plays/workflow-write.ts";

export const PLAYS: readonly Play[] = [
  aiCliUnattended,
  containerEscape,
  credentialFileRead,
  droppedExecutable,
  guardTamper,
  knownBadDestination,
  masquerade,
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

/** Rules whose attack cannot be played harmlessly, each with the reason. */
export const UNPLAYED: Readonly<Record<string, string>> = {
  "address-literal-destination":
    "it flags addresses that no name led to, for which it must see all questions for names: the guard enforces nothing while it plays",
  "cluster-api-access": "it would ask the cluster's real API",
  "dns-tunnel": "its questions would reach the resolvers of others",
  "metadata-service": "it would ask the cloud's real metadata service",
};
