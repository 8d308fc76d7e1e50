import { execFileSync } from "node:child_process";
import { readFileSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { requires } from "../support/requires.ts";
import { SandboxCheckout } from "../support/sandbox-checkout.ts";

const SOURCE = "agent/sensor/kernel/guard.bpf.c";
const OBJECT = `agent/sensor/kernel/guard.${process.arch}.bpf.o`;
/** Shell code of a compiler that writes its name to the file after `-o`. */
const COMPILES = 'while [ "$1" != -o ]; do shift; done; echo compiled >"$2"';
const { clang } = requires;

test("the kernel program is compiled where clang is, and again when a source changed", async () => {
  using checkout = createCheckoutWithSource();
  checkout.addTool("clang", COMPILES);
  checkout.addTool("llvm-strip");
  await checkout.setUp();
  await checkout.setUp();
  expect(checkout.calls("clang")).toHaveLength(1);
  expect(readFileSync(join(checkout.root, OBJECT), "utf8")).toBe("compiled\n");

  checkout.write("agent/sensor/kernel/bpf/state.h", "");
  const afterObject = statSync(join(checkout.root, OBJECT)).mtimeMs / 1000 + 5;
  utimesSync(join(checkout.root, "agent/sensor/kernel/bpf/state.h"), afterObject, afterObject);
  await checkout.setUp();
  expect(checkout.calls("clang")).toHaveLength(2);
});

test("a kernel program that does not compile is said, and costs the kernel sensor alone", async () => {
  using checkout = createCheckoutWithSource();
  checkout.addTool("clang", "echo 'guard.bpf.c:1: no such type' >&2; exit 1");
  const { status, stderr } = await checkout.setUp();

  expect(status).toBe(0);
  expect(stderr).toContain("does not compile, so there is no kernel sensor");
  expect(stderr).toContain("guard.bpf.c:1: no such type");
  expect(checkout.exists(OBJECT)).toBe(false);
  expect((await checkout.setUp({ args: ["--require-all"] })).status).toBe(1);
});

test("without clang nothing is compiled, and what is lost is said", async () => {
  using checkout = createCheckoutWithSource();
  const { status, stderr } = await checkout.setUp();

  expect(status).toBe(0);
  expect(stderr).toContain("the kernel sensor's program cannot be compiled");
});

describe.skipIf(!clang.available)(`npm run build:bpf${clang.note}`, () => {
  test.each([
    { name: "for this machine", args: [], architectures: [process.arch] },
    { name: "for all", args: ["--all"], architectures: ["x64", "arm64"] },
  ])("$name makes objects with BTF and without DWARF", ({ args, architectures }) => {
    using checkout = createCheckoutWithSource();
    execFileSync(process.execPath, [join(checkout.root, "scripts/build-bpf.mjs"), ...args]);

    for (const architecture of architectures) {
      const object = readFileSync(
        join(checkout.root, `agent/sensor/kernel/guard.${architecture}.bpf.o`),
      );
      expect(object.readUInt16LE(E_MACHINE)).toBe(EM_BPF);
      expect(object.includes(".BTF.ext")).toBe(true);
      expect(object.includes(".debug_info")).toBe(false);
    }
  });

  test("a program that does not compile fails with the compiler's words", () => {
    using checkout = createCheckoutWithSource();
    checkout.write(SOURCE, "int broken(");

    expect(() =>
      execFileSync(process.execPath, [join(checkout.root, "scripts/build-bpf.mjs")], {
        stdio: "pipe",
      }),
    ).toThrow(/build-bpf: .* failed:[^]*guard\.bpf\.c/);
  });
});

/** Where elf(5) keeps the machine in a file's header, and what it says for BPF. */
const E_MACHINE = 18;
const EM_BPF = 247;

function createCheckoutWithSource(): SandboxCheckout {
  const checkout = new SandboxCheckout();
  checkout.write(
    SOURCE,
    `#include <linux/types.h>
     __attribute__((section("socket"), used)) int guard(void *context) { return context != 0; }
     char _license[] __attribute__((section("license"), used)) = "GPL";`,
  );
  return checkout;
}
