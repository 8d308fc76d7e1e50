import { describe, expect, test } from "vitest";

import { parseControlRequest } from "../../../agent/control/control-request.ts";

const parse = (value: unknown) => parseControlRequest(JSON.stringify(value));

describe("what may be asked", () => {
  test.each([
    [{ command: "finish" }],
    [{ command: "status" }],
    [{ command: "label", key: "team", value: "" }],
    [{ command: "label", key: "a.b/c-d_e9", value: "x\n\u001b[2J".repeat(100) }],
    [{ command: "label", key: "k".repeat(64), value: "v".repeat(1_024) }],
    [{ command: "mask", value: "of\nseveral lines" }],
    [{ command: "mask", value: "v".repeat(8_192) }],
  ])("%j", (request) => {
    expect(parse(request)).toEqual(request);
  });

  test.each([
    [{ deny: ["evil.example"] }, { deny: ["evil.example"] }],
    [{ mode: "block" }, { deny: [], mode: "block" }],
    [{ dns: "allowed-names" }, { deny: [], dns: "allowed-names" }],
    [
      { deny: [], sni: "verify", mode: "block" },
      { deny: [], sni: "verify", mode: "block" },
    ],
  ])("tighten %j", (asked, understood) => {
    expect(parse({ command: "tighten", ...asked })).toEqual({ command: "tighten", ...understood });
  });
});

describe("what would make the guard weaker is refused, and told of", () => {
  test.each([
    [{ command: "stop" }],
    [{ command: "allow", destination: "evil.example" }],
    [{ command: "pause" }],
    [{ command: "unmask", value: "x" }],
    [{ command: "tighten", mode: "audit" }],
    [{ command: "tighten", dns: "any" }],
    [{ command: "tighten", sni: "off" }],
    [{ command: "tighten", deny: ["a.example"], mode: "audit" }],
    [{ command: "tighten", deny: [], allow: ["evil.example"] }],
    [{ command: "finish", stop: true }],
  ])("%j", (request) => {
    expect(parse(request)).toEqual({
      refused: expect.stringContaining("a running guard can be made stricter, never laxer"),
      isLoosening: true,
    });
  });
});

describe("what makes no sense is refused in one sentence", () => {
  test.each([
    ["", "no JSON object"],
    ["finish", "no JSON object"],
    ["[]", "no JSON object"],
    ["null", "no JSON object"],
    ['"finish"', "no JSON object"],
    ["[".repeat(60_000), "no JSON object"],
    [`${'{"a":'.repeat(9_000)}1${"}".repeat(9_000)}`, "names no command"],
    ["{}", "names no command"],
    ['{"command":1}', "names no command"],
    ['{"command":["finish"]}', "names no command"],
    ['{"command":"__proto__"}', 'no command "__proto__"'],
    ['{"command":"constructor"}', 'no command "constructor"'],
    ['{"command":"finish","__proto__":{"command":"x"}}', 'has "__proto__"'],
    ['{"command":"status","verbose":true}', 'has "verbose"'],
    ['{"command":"label"}', "a label's key has"],
    ['{"command":"label","key":"","value":"x"}', "a label's key has"],
    ['{"command":"label","key":"__proto__","value":"x"}', "a label's key has"],
    ['{"command":"label","key":"a b","value":"x"}', "a label's key has"],
    ['{"command":"label","key":"a","value":1}', "a label's value is"],
    [`{"command":"label","key":"${"k".repeat(65)}","value":""}`, "a label's key has"],
    [`{"command":"label","key":"k","value":"${"v".repeat(1_025)}"}`, "a label's value is"],
    ['{"command":"tighten"}', "nothing to tighten"],
    ['{"command":"tighten","deny":[]}', "nothing to tighten"],
    ['{"command":"tighten","deny":"evil.example"}', "deny is a list"],
    ['{"command":"tighten","deny":[1]}', "deny is a list"],
    ['{"command":"tighten","deny":[""]}', "deny is a list"],
    ['{"command":"tighten","allowOnly":[]}', "allowOnly is a list"],
    ['{"command":"tighten","allowOnly":"a.example"}', "allowOnly is a list"],
    [`{"command":"tighten","allowOnly":[${'"a",'.repeat(500)}"a"]}`, "allowOnly is a list"],
    ['{"command":"tighten","mode":"Block"}', 'mode "Block" is not known: mode can be set to block'],
    ['{"command":"tighten","sni":true}', 'sni "boolean" is not known'],
    [`{"command":"tighten","deny":["${"a".repeat(301)}"]}`, "deny is a list"],
  ])("%.60s", (line, says) => {
    const result = parseControlRequest(line);

    expect(result).toEqual({ refused: expect.stringContaining(says), isLoosening: false });
  });

  test("a list that is too long", () => {
    const deny = Array.from({ length: 201 }, (_, at) => `h${at}.example`);

    expect(parse({ command: "tighten", deny })).toHaveProperty(
      "refused",
      "deny has more than 200 entries: ask again",
    );
  });

  test("a hostile name is quoted short and without what steers a terminal", () => {
    const result = parse({ command: `\u001b[2J::set-output\n${"x".repeat(10_000)}` });

    expect("refused" in result && result.refused.length).toBeLessThan(250);
    expect("refused" in result && result.refused).toMatch(/^[ -~…]+$/);
  });
});
