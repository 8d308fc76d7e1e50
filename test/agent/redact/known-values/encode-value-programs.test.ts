import { execFileSync } from "node:child_process";

import { describe, expect, it } from "vitest";

import { isMasked, VALUES } from "./awkward-values.ts";

describe("a value is found as real programs write it", () => {
  it.each(VALUES)("bash: %s", (value) => {
    for (const script of [
      `printf '%q' "$1"`,
      `LC_ALL=C; printf '%q' "$1"`,
      `printf '%s' "\${1@Q}"`,
      `exec 2>&1; set -x; : "$1"`,
      `value=$1; declare -p value`,
    ]) {
      expect({ script, isMasked: isMasked(value, shell(script, value)) }).toEqual({
        script,
        isMasked: true,
      });
    }
  });

  it.each(VALUES)("coreutils and xxd: %s", (value) => {
    for (const script of [
      `printf %s "$1" | base64`,
      `printf %s "$1" | base64 -w 20`,
      `echo "$1" | base64 -w 0`,
      `printf %s "x $1" | base64 | base64`,
      `printf %s "$1" | base32`,
      `printf %s "abc$1" | base32 -w 30`,
      `printf %s "$1" | xxd -p`,
      `printf %s "$1" | xxd -u -p -c 16`,
      `printf %s "$1" | fold -w 12`,
      `printf %s "$1" | fold -b -w 13`,
    ]) {
      expect({ script, isMasked: isMasked(value, shell(script, value)) }).toEqual({
        script,
        isMasked: true,
      });
    }
  });

  it("Python: every value", () => {
    const script = `
import sys, json, urllib.parse, html, shlex, quopri, base64
for value in json.load(sys.stdin):
    print(json.dumps([
        json.dumps(value), json.dumps(json.dumps(value)), json.dumps(value, ensure_ascii=False),
        urllib.parse.quote(value), urllib.parse.quote_plus(value), urllib.parse.quote(value, safe=""),
        html.escape(value), shlex.quote(value), value[::-1],
        value.encode("ascii", "xmlcharrefreplace").decode(),
        quopri.encodestring(value.encode()).decode(),
        base64.encodebytes(b"??" + value.encode()).decode(), base64.b32encode(value.encode()).decode(),
    ]))`;
    const output = execFileSync("python3", ["-c", script], {
      encoding: "utf8",
      input: JSON.stringify(VALUES),
    });
    const missed = output
      .trim()
      .split("\n")
      .flatMap((line, index) => {
        const written: readonly string[] = JSON.parse(line);
        return written.filter((text) => !isMasked(VALUES[index] ?? "", text));
      });
    expect(missed).toEqual([]);
  });
});

function shell(script: string, value: string): Buffer {
  return execFileSync("bash", ["-c", script, "bash", value], {
    env: { ...process.env, LC_ALL: "C.UTF-8" },
  });
}
