/** Events as a build's guard sends them, about 373 bytes each: starts and ends of programs, files, connections, names. */
const COMMON = {
  firstSeen: "2026-01-31T12:00:00.000001Z",
  lastSeen: "2026-01-31T12:00:00.900001Z",
};
const TOOLS = ["gcc", "cc1", "as", "ld", "make", "sh", "node", "git"];

/** One JSON object, without a line feed. What another job uses has names of its own. */
export function makeEvent(seq: number, job = 0): string {
  const observedAt = `2026-01-31T12:00:${String(seq % 60).padStart(2, "0")}.${String(seq % 1_000_000).padStart(6, "0")}Z`;
  const tool = TOOLS[seq % TOOLS.length] ?? "sh";
  const process = `${1_000 + (seq % 30_000)}-${(seq * 7_919).toString(36)}`;
  return JSON.stringify({ seq, observedAt, ...toBody(seq, tool, process, job) });
}

function toBody(seq: number, tool: string, process: string, job: number): object {
  const host = `host${seq % 20}.${job === 0 ? "" : `job${job}.`}example.org`;
  switch (seq % 5) {
    case 0:
      return {
        kind: "process-started",
        process,
        parent: `${900 + (seq % 100)}-4f1`,
        pid: 1_000 + (seq % 30_000),
        executed: true,
        executable: `/usr/lib/gcc/x86_64-linux-gnu/12/${tool}`,
        args: [tool, "-O2", "-o", `build/part${seq % 500}.o`, `source/part${seq % 500}.c`],
        argsTruncated: false,
        workingDirectory: "/home/runner/work/app/app",
        userId: 1_001,
        groupId: 1_001,
        image: "file",
        step: { job: "build", step: "compile" },
      };
    case 1:
      return { kind: "process-exited", process, exitCode: 0, signal: null };
    case 2:
      return {
        kind: "connection",
        process,
        network: { transport: "tcp", family: "ipv4" },
        destination: {
          ip: `192.0.2.${seq % 250}`,
          port: 443,
          domain: host,
        },
        verdict: "allowed",
        rule: "egress.allow: *.example.org",
        count: 1,
        ...COMMON,
        results: { established: 1 },
        bytesSent: 517,
        bytesReceived: seq,
      };
    case 3:
      return {
        kind: "dns-query",
        process,
        name: host,
        type: "A",
        verdict: "allowed",
        rule: "egress.allow: *.example.org",
        answers: [`192.0.2.${seq % 250}`],
        count: 1,
        ...COMMON,
      };
    default:
      return {
        kind: "file-written",
        process,
        path: `/home/runner/work/app/app/node_modules/package-${seq % 900}/dist/module-${seq}.js`,
        operation: "create",
        count: 1,
        ...COMMON,
      };
  }
}
