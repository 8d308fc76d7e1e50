import type {
  ExecObservation,
  ExitObservation,
  ForkObservation,
  ProcessRef,
} from "../../../agent/observation.ts";

const AT = 1_700_000_000_000_000;

export function forkOf(parent: ProcessRef, process: ProcessRef): ForkObservation {
  return { kind: "fork", at: AT, process, parent };
}

export function execOf(
  process: ProcessRef,
  told: Partial<ExecObservation> & { parent: ProcessRef },
): ExecObservation {
  return {
    kind: "exec",
    at: AT,
    process,
    executable: "/bin/sh",
    args: ["sh"],
    argsTruncated: false,
    workingDirectory: "/work",
    userId: 1000,
    groupId: 1000,
    image: "file",
    environment: {},
    origin: "live",
    ...told,
  };
}

export function exitOf(process: ProcessRef): ExitObservation {
  return { kind: "exit", at: AT, process, exitCode: 0, signal: null };
}
