import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { describe, expect, test } from "vitest";

import { parseCapabilitySets } from "../../../agent/privilege/capabilities.ts";
import { doctorOutputSchema } from "./doctor-output.ts";
import type { DoctorOutput } from "./doctor-output.ts";
import { createMachineTree } from "./machine-tree.ts";
import type { MachineTree } from "./machine-tree.ts";

const posturePlacesModule = fileURLToPath(
  new URL("../../../agent/commands/guarding/posture-places.ts", import.meta.url),
);
const doctorModule = fileURLToPath(new URL("../../../agent/commands/doctor.ts", import.meta.url));
const placesModule = fileURLToPath(new URL("../../../agent/privilege/places.ts", import.meta.url));

const UNPRIVILEGED = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"] as const;

/** To hand out the capabilities of the tests below, and to make namespaces. */
const NEEDED = [
  "BPF",
  "PERFMON",
  "NET_ADMIN",
  "SYS_PTRACE",
  "DAC_READ_SEARCH",
  "SETPCAP",
  "SYS_ADMIN",
];

const whyNot = whyNoRealRuns();

/** The kernel and the privileges are real; only the files that may not be installed here are a tree of our own. */
describe.skipIf(whyNot !== null)(
  `the doctor on the real kernel${whyNot === null ? "" : `, skipped: ${whyNot}`}`,
  () => {
    test("root is told of every sensor", () => {
      const output = runAs([]);

      expect(output.level).toBe(
        output.facts.namespaces["pid"]?.initial ? "root" : "sidecar-kernel",
      );
      expect(output.sensors.map(({ available }) => available)).toEqual([true, true, true]);
      expect(output.enforcement.watch.mechanism).toBe("nftables");
    });

    test("an ordinary user has no level, and is told what is missing", () => {
      const output = runAs(UNPRIVILEGED);

      expect(output.level).toBe("unprivileged");
      expect(output.facts.process.userId).toBe(65_534);
      expect(output.capabilities.filter(({ present }) => present)).toEqual([]);
      expect(output.problems.map(({ id }) => id)).toEqual([
        "kernel-capabilities-missing",
        "net-admin-missing",
        "process-details-unreadable",
      ]);
      expect(output.problems[0]?.fix).toContain("setpriv --inh-caps +bpf,+perfmon");
    });

    test("an ordinary user with BPF, PERFMON and NET_ADMIN is a sidecar with the kernel", () => {
      const output = runAs([...UNPRIVILEGED, ...ambient("bpf", "perfmon", "net_admin")]);

      expect(output.level).toBe("sidecar-kernel");
      expect(presentIn(output)).toEqual(["BPF", "PERFMON", "NET_ADMIN"]);
      expect(output.enforcement.watch.mechanism).toBe("nftables");
      expect(output.problems.map(({ id }) => id)).toEqual([
        "command-cgroup-unavailable",
        "process-details-unreadable",
      ]);
    });

    test("an ordinary user with NET_ADMIN alone is a sidecar without it", () => {
      const output = runAs([...UNPRIVILEGED, ...ambient("net_admin")]);

      expect(output.level).toBe("sidecar-proc");
      expect(presentIn(output)).toEqual(["NET_ADMIN"]);
    });

    test("uid 0 whose container was given NET_ADMIN alone is told to ask for the others", () => {
      const output = runAs(["setpriv", "--bounding-set=-all,+net_admin"]);

      expect(output.level).toBe("sidecar-proc");
      expect(output.problems[0]?.fix).toMatch(/^Kubernetes: .*add: \[BPF, PERFMON\]/);
    });

    test("a process and a network namespace of its own make it a sidecar of a pod", () => {
      const output = runAs(["unshare", "--pid", "--net", "--fork", "--mount-proc"]);

      expect(output.level).toBe("sidecar-kernel");
      expect(output.facts.namespaces).toMatchObject({
        pid: { initial: false },
        network: { initial: false },
      });
      expect(output.enforcement.watch.scope).toBe("network-namespace");
      expect(output.problems.map(({ id }) => id)).toContain("process-namespace-not-shared");
    });

    test("all capabilities of a user namespace do not load the kernel sensor", () => {
      const output = runAs(["unshare", "--user", "--map-root-user"]);

      expect(presentIn(output)).toContain("BPF");
      expect(output.sensors[0]?.available).toBe(false);
      expect(output.problems[0]?.id).toBe("user-namespace");
    });
  },
);

function presentIn(output: DoctorOutput): string[] {
  return output.capabilities.filter(({ present }) => present).map(({ name }) => name);
}

function ambient(...names: readonly string[]): string[] {
  const list = ["-all", ...names.map((name) => `+${name}`)].join(",");
  return [`--inh-caps=${list}`, `--ambient-caps=${list}`];
}

/** The doctor's answer in a process that `launcher` started with other privileges. */
function runAs(launcher: readonly string[]): DoctorOutput {
  using machine = createMachineTree();
  const [program = "", ...args] = [...launcher, ...nodeCommand(machine)];
  const { stdout, stderr, status } = spawnSync(program, args, { encoding: "utf8" });
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  return doctorOutputSchema.parse(JSON.parse(stdout));
}

function nodeCommand({ places }: MachineTree): string[] {
  const { root, sys, kernelObjects } = places;
  const script = `
    import { runDoctor } from ${JSON.stringify(doctorModule)};
    import { toPlacesOf } from ${JSON.stringify(posturePlacesModule)};
    import { toPlaces } from ${JSON.stringify(placesModule)};
    const places = { ...toPlaces(), architecture: "x64", ...${JSON.stringify({ root, sys, kernelObjects })} };
    process.exitCode = await runDoctor({ json: true, columns: 80, colour: false, stdout: process.stdout, places, posture: toPlacesOf({}, "/") });
  `;
  return [process.execPath, "--no-warnings", "--input-type=module", "--eval", script];
}

/** Null where processes with other privileges can be started that read this checkout. */
function whyNoRealRuns(): string | null {
  if (process.geteuid?.() !== 0) return "it takes root to start a process with other privileges";
  const { effective } = parseCapabilitySets(readFileSync("/proc/self/status", "utf8"));
  const missing = NEEDED.filter((name) => !effective.includes(name));
  if (missing.length > 0) return `root lacks ${missing.join(", ")} here`;
  const [program, ...args] = [...UNPRIVILEGED, process.execPath, "--check", doctorModule] as const;
  const reads = spawnSync(program, args).status === 0;
  return reads
    ? null
    : "setpriv is missing, or uid 65534 cannot read this checkout or execute its node";
}
