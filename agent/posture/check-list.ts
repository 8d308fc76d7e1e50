/** All checks, the gravest first. A check is made by standing here. */
import type { Check } from "./check.ts";
import { confinement } from "./checks/confinement.ts";
import { containerMode } from "./checks/container-mode.ts";
import { earlierJobs } from "./checks/earlier-jobs.ts";
import { engineGroup } from "./checks/engine-group.ts";
import { engineSocket } from "./checks/engine-socket.ts";
import { hostDevices } from "./checks/host-devices.ts";
import { hostNamespaces } from "./checks/host-namespaces.ts";
import { hostPaths } from "./checks/host-paths.ts";
import { kernelLockdown } from "./checks/kernel-lockdown.ts";
import { loosePath } from "./checks/loose-path.ts";
import { metadataService } from "./checks/metadata-service.ts";
import { noLimits } from "./checks/no-limits.ts";
import { noNewPrivileges } from "./checks/no-new-privileges.ts";
import { persistentRunner } from "./checks/persistent-runner.ts";
import { privilegedContainer } from "./checks/privileged-container.ts";
import { ptraceScope } from "./checks/ptrace-scope.ts";
import { runAsRoot } from "./checks/run-as-root.ts";
import { runnerVersion } from "./checks/runner-version.ts";
import { seccomp } from "./checks/seccomp.ts";
import { serviceAccountToken } from "./checks/service-account-token.ts";
import { strongCapabilities } from "./checks/strong-capabilities.ts";
import { sudoWithoutPassword } from "./checks/sudo-without-password.ts";
import { tlsChecksOff } from "./checks/tls-checks-off.ts";
import { userNamespaces } from "./checks/user-namespaces.ts";
import { writableRoot } from "./checks/writable-root.ts";

export const CHECKS: readonly Check[] = [
  privilegedContainer,
  hostDevices,
  engineSocket,
  hostPaths,
  hostNamespaces,
  sudoWithoutPassword,
  engineGroup,
  strongCapabilities,
  serviceAccountToken,
  metadataService,
  persistentRunner,
  tlsChecksOff,
  runAsRoot,
  seccomp,
  earlierJobs,
  loosePath,
  runnerVersion,
  containerMode,
  ptraceScope,
  noNewPrivileges,
  confinement,
  writableRoot,
  noLimits,
  userNamespaces,
  kernelLockdown,
];
