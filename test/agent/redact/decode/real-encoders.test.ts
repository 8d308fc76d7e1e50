import { spawnSync } from "node:child_process";

import { describe, expect, test } from "vitest";

import { decodeAll, holds } from "./decode-all.ts";

const SECRET = "a secret of 29 letters, it is";

describe("a secret is read that a program has written", () => {
  const behind =
    "and what comes behind it, at some length, so that lines are wrapped a few times over";
  const content = `before it ${SECRET} ${behind} ${behind}`;
  test.each([
    ["base64", "base64", ["-w0"]],
    ["wrapped base64", "base64", ["-w76"]],
    ["base64 wrapped where no group ends", "base64", ["-w", "30"]],
    ["base32", "base32", ["-w0"]],
    ["wrapped base32", "base32", []],
    ["hex of xxd", "xxd", ["-p"]],
    ["hex of xxd in upper case", "xxd", ["-p", "-u", "-c0"]],
  ])("%s", (_name, program, options) => {
    const written = run(program, options, content);

    const texts = [
      written,
      `data: ${written}`,
      written.replaceAll("\n", "\r\n"),
      written.replaceAll(/^/gmu, "  "),
    ];
    for (const text of texts) {
      expect(decodeAll(`first\n${text}\nlast of all\n`).decoded.some(holds(SECRET))).toBe(true);
    }
  });
});

function run(program: string, options: readonly string[], input: string): string {
  const { stdout, error } = spawnSync(program, options, { input, encoding: "utf8" });
  if (error !== undefined) throw error;
  return stdout;
}
