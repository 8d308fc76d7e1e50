import { describe, expect, it } from "vitest";

import { createMaskCommands } from "../../../../agent/redact/known-values/mask-commands.ts";
import { searchWith } from "../../../support/redact/reference-scan.ts";

interface Told {
  readonly masks: readonly (readonly [value: string, lineEnd: number])[];
  readonly shown: string;
  readonly goesOnFrom: number | undefined;
}

function tell(input: string, isOpen = false): Told {
  const masks: [string, number][] = [];
  const detector = createMaskCommands(
    (value, lineEnd) => void masks.push([Buffer.from(value).toString(), lineEnd]),
  );
  const { finds, goesOnFrom } = searchWith([detector], input, { isOpen });
  let shown = input;
  for (const { start, end } of finds.toReversed()) {
    shown = `${shown.slice(0, start)}***${shown.slice(end)}`;
  }
  return { masks, shown, goesOnFrom };
}

describe("a mask command", () => {
  it.each([
    { line: "::add-mask::s3cret value", value: "s3cret value", shown: "::add-mask::***" },
    { line: "  ::add-mask::s3cret", value: "s3cret", shown: "  ::add-mask::***" },
    { line: "::ADD-MASK::s3cret", value: "s3cret", shown: "::ADD-MASK::***" },
    { line: "::add-mask a=b,c=d::s3cret", value: "s3cret", shown: "::add-mask a=b,c=d::***" },
    {
      line: "::add-mask::100%25 of%0Atwo%0D%0Alines%41",
      value: "100% of\ntwo\r\nlines%41",
      shown: "::add-mask::***",
    },
    { line: "::add-mask::a::b", value: "a::b", shown: "::add-mask::***" },
    { line: "++ echo '::add-mask::s3cret'", value: "s3cret", shown: "++ echo '::add-mask::***'" },
    { line: "x ##[add-mask]s3c%5Dret", value: "s3c]ret", shown: "x ##[add-mask]***" },
    { line: "##vso[task.setsecret]s3cret", value: "s3cret", shown: "##vso[task.setsecret]***" },
    {
      line: "##vso[task.setvariable variable=A;issecret=true]s3cret%AZP25",
      value: "s3cret%",
      shown: "##vso[task.setvariable variable=A;issecret=true]***",
    },
    {
      line: "##vso[task.setvariable variable=A;isSecret=TRUE;isOutput=true]s3cret",
      value: "s3cret",
      shown: "##vso[task.setvariable variable=A;isSecret=TRUE;isOutput=true]***",
    },
  ])("is understood: $line", ({ line, value, shown }) => {
    expect(tell(`before\n${line}\nafter`)).toEqual({
      masks: [[value, 7 + line.length]],
      shown: `before\n${shown}\nafter`,
      goesOnFrom: undefined,
    });
  });

  it.each([
    "::add-mask::",
    "::add-mask::   ",
    "::add-mask::***",
    "::add-mask::[redacted:known-value:0123456789abcdef]",
    "::add-masks::abc",
    "::add-mask:abc",
    'see "::add-mask::abc" in the manual',
    "##vso[task.setvariable variable=A]plain",
    "##vso[task.setvariable variable=A;issecret=false]plain",
    "##vso[task.setvariable variable=issecret=trueish]plain",
    "##[add-mask",
    "##[add-masked]abc",
  ])("is none: %s", (line) => {
    expect(tell(`${line}\n`)).toEqual({ masks: [], shown: `${line}\n`, goesOnFrom: undefined });
  });

  it("counts where commands were stopped", () => {
    const { masks } = tell("::stop-commands::abc\n::add-mask::s3cret\n::abc::\n");
    expect(masks).toHaveLength(1);
  });

  it("leaves the carriage return of its line", () => {
    expect(tell("::add-mask::s3cret\r\n").shown).toBe("::add-mask::***\r\n");
  });

  it("waits for the end of its line", () => {
    expect(tell("::add-mask::s3cr", true)).toMatchObject({ masks: [], goesOnFrom: 12 });
    expect(tell("::add-mask", true)).toMatchObject({ masks: [], goesOnFrom: 0 });
    expect(tell("::add-mask::s3cret\nnext", true)).toMatchObject({ goesOnFrom: undefined });
  });

  it("is not looked for elsewhere where it is longer than any key", () => {
    const { masks, shown } = tell(`::add-mask::${"secret".repeat(22_000)}\n`);
    expect({ masks, shown }).toEqual({ masks: [], shown: "::add-mask::***\n" });
  });

  it("is not looked for in vain along a line of them", () => {
    const { masks } = tell(`${"::add-mask::".repeat(10_000)}\n`);
    expect(masks).toHaveLength(1);
  });
});
