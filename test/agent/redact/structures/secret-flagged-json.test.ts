import { describe, expect, test } from "vitest";

import { createIsSecretDetector } from "../../../../agent/redact/structures/file/secret-flagged-json.ts";
import { processorMs } from "../../../support/processor-time.ts";
import { maskWith, searchWith } from "../../../support/redact/reference-scan.ts";

const detectors = [createIsSecretDetector()];

describe("a value that is flagged as secret is masked", () => {
  test.each([
    ['{"NAME":{"value":"abc","isSecret":true}}', '{"NAME":{"value":"***","isSecret":true}}'],
    ['{"isSecret": true, "value": "abc"}', '{"isSecret": true, "value": "***"}'],
    ['{\n  "value": "abc",\n  "isSecret": true\n}', '{\n  "value": "***",\n  "isSecret": true\n}'],
    ['{\r\n"isSecret": true,\r\n"value": "a"}', '{\r\n"isSecret": true,\r\n"value": "***"}'],
    ['{"value":"a","readOnly":1,"isSecret":true}', '{"value":"***","readOnly":1,"isSecret":true}'],
    [String.raw`{"value":"a\"}b","isSecret":true}`, '{"value":"***","isSecret":true}'],
    [
      String.raw`{\"value\":\"a b\",\"isSecret\":true}`,
      String.raw`{\"value\":\"***\",\"isSecret\":true}`,
    ],
    [
      '{"value":"a","isSecret":true},{"value":"b","isSecret":false}',
      '{"value":"***","isSecret":true},{"value":"b","isSecret":false}',
    ],
    ['e rest","isSecret":true}', '***","isSecret":true}'],
    ['{"N":{"val ue":br"oken","isSecret":true}', '{"N":{***","isSecret":true}'],
  ])("%s", (line, masked) => {
    expect(maskWith(detectors, line)).toBe(masked);
  });
});

describe("what is not flagged stays", () => {
  test.each([
    '{"value":"abc","isSecret":false}',
    '{"value":"abc"}',
    '{"value":null,"isSecret":true}',
    '{"value":"","isSecret":true}',
    '{"name":"abc","isSecret":true}',
    'the member "isSecret" says it',
    '  "isSecret": true',
  ])("%s", (line) => {
    expect(searchWith(detectors, line).finds).toEqual([]);
  });
});

test("what meets the end of an open text is not decided", () => {
  const line = '{"value":"abc","isSecret":true}';

  for (let length = 10; length < line.length - 1; length++) {
    const { finds, goesOnFrom } = searchWith(detectors, line.slice(0, length), { isOpen: true });
    expect(finds.length === 0 ? goesOnFrom : 0).toBeLessThan(16);
  }
});

describe("a flood is over soon", () => {
  test.each(['"value":"', '"value":1,', '"isSecret":true,', '{"value":"a","x":"', '"isSecret":'])(
    "%s",
    (unit) => {
      const content = unit.repeat(5000);

      expect(processorMs(() => searchWith(detectors, content))).toBeLessThan(10_000);
    },
  );
});
