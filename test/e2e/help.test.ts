import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { COMMAND_OPTIONS, RUN_OPTIONS, toFlag, WATCH_OPTIONS } from "../../agent/config.ts";
import { Workplace } from "./guard.ts";

describe("runner-guard teaches", () => {
  test("without arguments: what there is, on stderr, as wrong usage", async () => {
    using place = new Workplace();
    const { status, stdout, stderr } = await place.run([]);

    expect(status).toBe(2);
    expect(stdout).toHaveLength(0);
    for (const subcommand of ["run", "watch", "finish", "label", "tighten", "doctor", "policy"]) {
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
    const options = Object.keys({ ...RUN_OPTIONS, ...COMMAND_OPTIONS });

    expect(status).toBe(0);
    expect(options.filter((name) => !text.includes(toFlag(name)))).toEqual([]);
    expect([2, 69, 74, 86, 126, 127].filter((code) => !text.includes(`\n  ${code} `))).toEqual([]);
    expect(text).toMatch(/\n {2}69 [^]*degraded[^]*\n {2}86 /);
    expect(text).toContain("runner-guard run -- npm ci");
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(120);
  });

  test.each([
    ["help", "watch"],
    ["watch", "--help"],
  ])("%s %s: every option, every exit status, and how the scope is found", async (...args) => {
    using place = new Workplace();
    const { status, stdout } = await place.run(args);
    const text = stdout.toString();
    const options = Object.keys({ ...RUN_OPTIONS, ...WATCH_OPTIONS });

    expect(status).toBe(0);
    expect(options.filter((name) => !text.includes(toFlag(name)))).toEqual([]);
    expect([0, 2, 69, 86].filter((code) => !text.includes(`\n  ${code} `))).toEqual([]);
    expect(text).toMatch(/\n {2}69 [^]*degraded[^]*\n {2}86 /);
    expect(text).toMatch(/pid namespace that is not the machine's first/);
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(120);
  });

  test.each([
    ["finish", "It goes on guarding"],
    ["label", "The first value of a key stays"],
    ["tighten", "there is no way back"],
  ])("%s: what it does to a running guard, and how to say which", async (subcommand, says) => {
    using place = new Workplace();
    const { status, stdout } = await place.run([subcommand, "--help"]);
    const text = stdout.toString().replaceAll(/\s+/g, " ");

    expect(status).toBe(0);
    expect(text).toContain(says);
    expect(text).toContain("--state-dir <dir>");
  });

  test("policy check explains a destination", async () => {
    using place = new Workplace();
    place.write("policy.yml", "version: 1\negress:\n  allow: [github.com]\n");
    const ended = await place.run(["policy", "check", "policy.yml", "--explain", "github.com:443"]);

    expect(ended).toMatchObject({ status: 0, stderr: "" });
    expect(ended.stdout.toString()).toContain(
      'github.com:443/tcp: allowed\n  decided by policy.yml:3:11: egress.allow: "github.com"\n',
    );
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
