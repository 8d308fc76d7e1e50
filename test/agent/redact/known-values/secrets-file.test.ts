import { describe, expect, it } from "vitest";

import { parseSecretsFile } from "../../../../agent/redact/known-values/secrets-file.ts";

const parse = (text: string | Uint8Array) => {
  const { values, problems } = parseSecretsFile(Buffer.from(text), "secrets.txt");
  return {
    values: values.map(({ value, source }) => [Buffer.from(value).toString("latin1"), source]),
    problems,
  };
};

describe("a secrets file", () => {
  it.each([
    {
      name: "has a value on each line, and empty lines between them",
      text: "one-value\n\n\nanother one \nlast",
      values: [
        ["one-value", "secrets.txt:1"],
        ["another one ", "secrets.txt:4"],
        ["last", "secrets.txt:5"],
      ],
    },
    {
      name: "may come from Windows",
      text: "\uFEFFone\r\n\r\ntwo\r\n",
      values: [
        ["one", "secrets.txt:1"],
        ["two", "secrets.txt:3"],
      ],
    },
    {
      name: "knows neither comments nor names",
      text: "# abc\nTOKEN=def",
      values: [
        ["# abc", "secrets.txt:1"],
        ["TOKEN=def", "secrets.txt:2"],
      ],
    },
    {
      name: "may be a JSON array",
      text: ' ["one", "two\\nlines", ""]',
      values: [
        ["one", "secrets.txt:0"],
        ["two\nlines", "secrets.txt:1"],
      ],
    },
    {
      name: "may be a JSON object",
      text: '{"TOKEN": "one"}\n',
      values: [["one", "secrets.txt:TOKEN"]],
    },
    {
      name: "may be what a vault prints",
      text: '{"data": {"keys": ["one", "two"], "lease": {"id": "three"}}}',
      values: [
        ["one", "secrets.txt:data.keys.0"],
        ["two", "secrets.txt:data.keys.1"],
        ["three", "secrets.txt:data.lease.id"],
      ],
    },
    {
      name: "may begin with a bracket without being JSON",
      text: "[abc\n{def",
      values: [
        ["[abc", "secrets.txt:1"],
        ["{def", "secrets.txt:2"],
      ],
    },
  ])("$name", ({ text, values }) => {
    expect(parse(text)).toEqual({ values, problems: [] });
  });

  it("gives back bytes that are not UTF-8 as they are", () => {
    expect(parse(Buffer.from([0xff, 0xfe, 0x80, 0x0a, 0xc3])).values).toEqual([
      ["\xff\xfe\x80", "secrets.txt:1"],
      ["\xc3", "secrets.txt:2"],
    ]);
  });

  it.each([
    { name: "is binary", text: "abc\0def", problem: /binary/ },
    { name: "is too large", text: Buffer.alloc((8 << 20) + 1, "a\n"), problem: /more than 8 MiB/ },
    { name: "is empty", text: "", problem: /holds no value/ },
    { name: "has newlines alone", text: "\r\n\n\n", problem: /holds no value/ },
    { name: "is an empty JSON array", text: "[]", problem: /holds no value/ },
  ])("says what is wrong when it $name", ({ text, problem }) => {
    const { values, problems } = parse(text);
    expect(values).toEqual([]);
    expect(problems).toEqual([expect.stringMatching(problem)]);
    expect(problems[0]).toContain("secrets.txt");
  });

  it("says how many entries of JSON it could not take, and takes the others", () => {
    const { values, problems } = parse('{"A":"value","B":1,"C":{"D":"x"},"E":null}');
    expect(values).toEqual([
      ["value", "secrets.txt:A"],
      ["x", "secrets.txt:C.D"],
    ]);
    expect(problems).toEqual([expect.stringContaining("2 of its entries")]);
  });
});
