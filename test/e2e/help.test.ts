import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { RUN_OPTIONS, toFlag } from "../../agent/config.ts";
import { Workplace } from "./guard.ts";

describe("runner-guard teaches", () => {
  test("without arguments: what there is, on stderr, as wrong usage", async () => {
    using place = new Workplace();
    const { status, stdout, stderr } = await place.run([]);

    expect(status).toBe(2);
    expect(stdout).toHaveLength(0);
    for (const subcommand of ["run", "doctor", "policy"]) {
      expect(stderr).toMatch(new RegExp(`^  ${subcommand} `, "m"));
    }
  });

  test.each([["help"], ["--help"], ["-h"]])("%s: the same, on stdout", async (argument) => {
    using place = new Workplace();
    const { status, stdout, stderr } = await place.run([argument]);

    expect(status).toBe(0);
    expect(stderr).toBe("");
    expect(stdout.toString()).toMatch(/^Usage: runner-guard [^]+\n {2}run /);
  });

  test.each([
    ["help", "run"],
    ["run", "--help"],
  ])("%s %s: every option, every exit status, and examples", async (...args) => {
    using place = new Workplace();
    const { status, stdout } = await place.run(args);
    const text = stdout.toString();

    expect(status).toBe(0);
    expect(Object.keys(RUN_OPTIONS).filter((name) => !text.includes(toFlag(name)))).toEqual([]);
    expect([2, 69, 86, 126, 127].filter((code) => !text.includes(`\n  ${code} `))).toEqual([]);
    expect(text).toContain("runner-guard run -- npm ci");
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(120);
  });

  test("its version", async () => {
    using place = new Workplace();
    const { status, stdout } = await place.run(["--version"]);
    const { version }: { version: string } = JSON.parse(readFileSync("package.json", "utf8"));

    expect(status).toBe(0);
    expect(stdout.toString()).toBe(`runner-guard ${version}\n`);
  });

  test("doctor tells the level, and as JSON for programs", async () => {
    using place = new Workplace();
    const text = await place.run(["doctor"]);
    const json = await place.run(["doctor", "--json"]);

    expect(text).toMatchObject({ status: 0, stderr: "" });
    expect(text.stdout.toString()).toMatch(/^Level: /);
    expect(text.stdout.toString()).not.toContain("\u001B");
    expect(JSON.parse(json.stdout.toString())).toHaveProperty("level");
    expect(place.remains()).toEqual({ processes: [], files: [] });
  });

  test("policy check accepts a right policy in one line", async () => {
    using place = new Workplace();
    place.write("policy.yml", "version: 1\negress:\n  allow: [192.0.2.7]\n");
    const { status, stdout, stderr } = await place.run(["policy", "check", "policy.yml"]);

    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout.toString()).toMatch(/^policy\.yml: ok: [^\n]+\n$/);
  });
});
