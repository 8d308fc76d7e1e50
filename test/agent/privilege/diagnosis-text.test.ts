import { expect, test } from "vitest";

import { adviseOnCapabilities } from "../../../agent/privilege/capability-guide.ts";
import { renderDiagnosis } from "../../../agent/privilege/diagnosis-text.ts";
import { diagnose } from "../../../agent/privilege/diagnosis.ts";
import { factsWith } from "./facts-with.ts";

const ALL_LISTED = adviseOnCapabilities(factsWith()).map(({ name }) => name);

const plain = { columns: 80, colour: false };

test("the first line says the level, the sensors and the enforcement", () => {
  const [first] = renderDiagnosis(diagnose(factsWith()), plain).split("\n");

  expect(first).toBe("Level: root. Sensors: kernel, proc, host. Enforcement: nftables.");
});

test("it says what run and watch can block", () => {
  const facts = factsWith({ facts: { ownCgroup: { path: "/sys/fs/cgroup/a", writable: false } } });
  const text = renderDiagnosis(diagnose(facts), { ...plain, columns: 200 });

  expect(text).toContain(" Enforcement: run names only, watch nftables.\n");
  expect(text).toMatch(
    /^ {2}no {3}run {4}The guard may not make a cgroup below its own \(.*\)\. --enf/m,
  );
  expect(text).toMatch(/^ {2}yes {2}watch {2}Names and packets of the whole machine/m);
});

test("the trial of blocking is told with its outcome and the reason", () => {
  const proof = { mechanism: "none" as const, reason: "is loopback up?" };
  const diagnosis = diagnose(factsWith(), { kernel: null, enforcement: proof });
  const text = renderDiagnosis(diagnosis, { ...plain, columns: 200 });

  expect(text).toContain(
    "Blocking as `run` does was tried for a moment to prove it: none (is loopback up?).",
  );
});

test("it says what installing the missing files would bring", () => {
  const text = renderDiagnosis(diagnose(factsWith({ files: { libbpf: null } })), plain);

  expect(text).toContain("\nWith the missing files below installed: root.\n");
});

test("capabilities are marked, and the missing ones that would help have their ways", () => {
  const facts = factsWith({ capabilities: ["BPF"], bounding: ["BPF"] });
  const text = renderDiagnosis(diagnose(facts), plain);

  expect(text).toMatch(/^ {2}yes {2}BPF /m);
  expect(text).toMatch(/^ {2}no {3}PERFMON /m);
  expect(text).toContain("  How to get PERFMON, NET_ADMIN, SYS_PTRACE, DAC_READ_SEARCH, KILL,");
  expect(text).toMatch(/^ {4}Docker {6}--user 0 --cap-add PERFMON/m);
  expect(text).toMatch(/5\.11 \(not needed\s+here\)/);
});

test("problems come before the facts, each with its mending", () => {
  const text = renderDiagnosis(diagnose(factsWith({ files: { nft: null } })), plain);

  expect(text).toContain("  ! The nft program is not installed, so nftables cannot be used.\n");
  expect(text).toContain("    mend: apt-get install nftables");
  expect(text.indexOf("Problems")).toBeLessThan(text.indexOf("Facts"));
});

test("without problems it says so", () => {
  expect(renderDiagnosis(diagnose(factsWith()), plain)).toContain(
    "\nNo problems for the guard itself; what jobs find on this machine is under Posture.\n",
  );
});

test.each([60, 80, 132])("no line is longer than %i columns", (columns) => {
  const facts = factsWith({
    capabilities: [],
    bounding: ALL_LISTED,
    process: { userId: 1000 },
    files: { libbpf: null, kernelObject: null, nft: null },
    facts: { cgroup2: [], procHidesOthers: true },
  });
  const lines = renderDiagnosis(diagnose(facts), { columns, colour: false }).split("\n");

  expect(lines.filter((line) => line.length > columns)).toEqual([]);
});

test("escape sequences appear with colour only, and change no letter", () => {
  const diagnosis = diagnose(factsWith({ capabilities: ["BPF"] }));
  const coloured = renderDiagnosis(diagnosis, { columns: 80, colour: true });

  expect(renderDiagnosis(diagnosis, plain)).not.toContain("\u001B");
  // eslint-disable-next-line no-control-regex -- the sequences are what is taken out
  expect(coloured.replaceAll(/\u001B\[\d+m/g, "")).toBe(renderDiagnosis(diagnosis, plain));
  expect(coloured).toContain("\u001B[31mno \u001B[0m");
});

test("a long reason of a trial is indented like its first line", () => {
  const reason = "some words that are long enough ".repeat(8).trim();
  const text = renderDiagnosis(
    diagnose(factsWith(), {
      kernel: { status: "degraded", reason },
      enforcement: { mechanism: "none", reason },
    }),
    { columns: 80, colour: false },
  );

  expect(text).toMatch(/^ {2}The kernel sensor was[^]*?\n {2}[a-z]/m);
  expect(text).toMatch(/^ {2}Blocking as `run` does was tried[^]*?\n {2}[a-z]/m);
});

test("the trial of the kernel sensor is told with its outcome and the reason", () => {
  const proof = { status: "degraded" as const, reason: "no cgroup2" };
  const text = renderDiagnosis(diagnose(factsWith(), { kernel: proof, enforcement: null }), {
    columns: 200,
    colour: false,
  });

  expect(text).toContain(
    "The kernel sensor was loaded for a moment to prove it: degraded (no cgroup2).",
  );
});

test("text that is not ours cannot move the cursor, break a line or turn the reading direction", () => {
  const proof = {
    status: "unavailable" as const,
    reason:
      "\u001B[2J\u0007::set-output name=a::b\r\nLevel: root.\u202E\u2028<b> ::debug::x a,::debug::x ##[error]x",
  };
  const facts = factsWith({
    facts: { cgroup2: [{ path: "/a\u001B]0;x\u0007\n::stop-commands::x", writable: true }] },
  });
  const text = renderDiagnosis(
    diagnose(facts, { kernel: proof, enforcement: { mechanism: "none", reason: proof.reason } }),
    plain,
  );

  expect(text).not.toMatch(/[\p{Cf}\p{Zl}\p{Zp}]/u);
  expect(text.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
  expect(text).not.toMatch(/(^|[\s,])::/);
  expect(text).not.toContain("##[");
  expect(text).not.toMatch(/^Level: root/m);
});
