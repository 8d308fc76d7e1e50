import { createReportBuilder } from "../../../agent/report/report-builder.ts";
import { defaultReportLimits } from "../../../agent/report/report-limits.ts";
import type { Report } from "../../../protocol/report.ts";
import { connection, fileWritten, finishedRun, processStarted } from "./run-events.ts";

export interface JobSize {
  /** Each runs a program of its own, and writes a file. */
  readonly processes: number;
  /** Each is talked to by one of the processes, and has a name of its own. */
  readonly destinations: number;
  /** What each text ends in. */
  readonly tail: string;
}

const STEPS = 20;

/** Of a job that did nothing that a policy does not allow. */
export function reportOfJob({ processes, destinations, tail }: JobSize): Report {
  const builder = createReportBuilder({ limits: { ...defaultReportLimits, reservedProcesses: 0 } });
  for (let n = 1; n <= processes; n += 1) {
    const executable = `/opt/tools/package-${n}/bin/${tail}`;
    const step = { step: `__run_${(n % STEPS) + 1}` };
    builder.add(processStarted(n, { executable, args: [executable, "--input", tail], step }));
    builder.add(fileWritten(n, `/srv/cache/package-${n}/${tail}`));
  }
  for (let n = 1; n <= destinations; n += 1) {
    const destination = { domain: `host-${n}.example.com`, ip: "192.0.2.1", port: 443 };
    builder.add(connection((n % processes) + 1, { destination }));
  }
  return builder.build(finishedRun);
}
