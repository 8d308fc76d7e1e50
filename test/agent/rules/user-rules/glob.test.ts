import { expect, test } from "vitest";

import { compileGlob } from "../../../../agent/rules/user-rules/glob.ts";

test.each([
  { glob: "nc.*", kind: "text", yes: ["nc.traditional", "nc."], no: ["nc", "xnc.a"] },
  { glob: "?c", kind: "text", yes: ["nc"], no: ["c", "nnc"] },
  { glob: "*a*b", kind: "text", yes: ["ab", "xa/yb"], no: ["ba", "abc"] },
  { glob: "/tmp/*", kind: "path", yes: ["/tmp/a", "/tmp/"], no: ["/tmp/a/b", "/tmp"] },
  { glob: "/tmp/**", kind: "path", yes: ["/tmp/a", "/tmp/a/b"], no: ["/tmp", "/etc/a"] },
  { glob: "**/hooks/*", kind: "path", yes: ["hooks/a", "/x/y/hooks/a"], no: ["/xhooks/a"] },
  { glob: "/a/**/b", kind: "path", yes: ["/a/b", "/a/x/y/b"], no: ["/a/xb", "/ab"] },
  { glob: "/a?b", kind: "path", yes: ["/axb"], no: ["/a/b"] },
] as const)("$glob as a $kind", ({ glob, kind, yes, no }) => {
  const matches = compileGlob(glob, kind);

  expect(yes.filter((text) => !matches(text))).toEqual([]);
  expect(no.filter((text) => matches(text))).toEqual([]);
});

test.each([
  { glob: "*a*a*a*a*a*a*a*a*b", kind: "text" },
  { glob: "**/a*/**/a*/**/a*/**/b", kind: "path" },
] as const)("$glob takes four times as long for four times the text, at most", ({ glob, kind }) => {
  const matches = compileGlob(glob, kind);
  const measure = (length: number) => {
    const text = "a/a".repeat(length);
    const before = process.threadCpuUsage();
    expect(matches(text)).toBe(false);
    return process.threadCpuUsage(before).user;
  };
  measure(2_000);
  const ratios = [1, 2, 3].map(() => measure(16_000) / measure(4_000));

  expect(Math.min(...ratios)).toBeLessThan(8);
});
