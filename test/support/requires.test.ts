import { afterEach, expect, test, vi } from "vitest";

afterEach(() => {
  vi.resetModules();
});

test("what is missing is told with its reason, for a test's name", async () => {
  const { clang } = await requiresOnMachine({
    PATH: "/nowhere",
    RUNNER_GUARD_TEST_REQUIRE_ALL: "0",
  });

  expect(clang).toEqual({
    available: false,
    reason: "needs the program clang",
    note: " (skipped: needs the program clang)",
  });
});

test("what is missing is an error where the machine is said to have everything", async () => {
  const requires = await requiresOnMachine({
    PATH: "/nowhere",
    RUNNER_GUARD_TEST_REQUIRE_ALL: "1",
  });

  expect(() => requires.clang).toThrow(
    "promises a machine with everything, but: needs the program",
  );
});

async function requiresOnMachine(environment: Record<string, string>) {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const { requires } = await import("./requires.ts");
  return requires;
}
