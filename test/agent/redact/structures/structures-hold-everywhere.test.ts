import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { createStructureDetectors } from "../../../../agent/redact/structures/create-structure-detectors.ts";
import { maskWith, searchWith } from "../../../../test/support/redact/reference-scan.ts";

const detectors = createStructureDetectors();

const ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const NAMES = [
  "password",
  "DB_PASSWORD",
  "myApiKey",
  "client_secret",
  "ACCESS_TOKEN",
  "privateKey",
  "webhook_secret",
  "encryption_key",
  "credentials",
  "auth_token",
  "passphrase",
  "redis.password",
];
const CONTEXTS: Record<string, (name: string, value: string) => string> = {
  "an environment file": (name, value) => `${name}=${value}\nNEXT=1\n`,
  "a shell": (name, value) => `export ${name}='${value}'\n`,
  JSON: (name, value) => JSON.stringify({ [name]: value, port: 8080 }),
  "JSON in JSON": (name, value) => JSON.stringify({ line: JSON.stringify({ [name]: value }) }),
  YAML: (name, value) => `  ${name}: ${value}\n  port: 8080\n`,
  TOML: (name, value) => `${name} = "${value}"`,
  "a query": (name, value) => `GET /x?${name}=${encodeURIComponent(value)}&page=2 200`,
  "an option": (name, value) => `tool --${name}=${value} --verbose`,
  JavaScript: (name, value) => `{${name}:"${value}"}`,
  PowerShell: (name, value) => `$env:${name} = '${value}'`,
  PHP: (name, value) => `'${name}' => '${value}',`,
  "an argument of docker": (name, value) => `docker run -e ${name}=${value} image`,
};

describe("random values of 20 and more behind telling names are masked in", () => {
  test.each(Object.entries(CONTEXTS))("%s", (_, place) => {
    const random = createRandom();
    const missed: string[] = [];
    let tried = 0;
    for (const name of NAMES) {
      for (const alphabet of [
        ALPHANUMERIC,
        "0123456789abcdef",
        `${ALPHANUMERIC}+/`,
        `${ALPHANUMERIC}-_`,
      ]) {
        for (let count = 0; count < 2; count++) {
          const value = Array.from(
            { length: 20 + 6 * count },
            () => alphabet[random(alphabet.length)],
          ).join("");
          const text = place(name, value);
          const masked = maskWith(detectors, text);
          tried++;
          if (!masked.includes("***") || masked.includes(value.slice(0, 6))) missed.push(text);
        }
      }
    }

    expect(missed.length / tried).toBeLessThanOrEqual(0.01);
  });
});

const PIECES = [
  ["password", "token=", "secret: ", "API_KEY=", '"', "'", "\\", '\\"', "=", ":", "://", "@", ","],
  ["https://u:", "Authorization: ", "Bearer ", "Basic ", "Cookie: ", "Set-Cookie: a=", "; "],
  ["-----BEGIN ", "PRIVATE KEY-----", "-----END ", "\n", "  ", "|", "***", "[redacted:x:0]"],
  ["machine h login u password ", "curl -u ", "mysql -p", "--token ", "<password>", "</", "&"],
  ["hunter22", "aB3dE5gH7jK9mN1p", "aB3dE5gH7jK9mN1paB3dE5gH7jK9mN1paB3dE5gH7jK9mN1p", "é"],
].flat();
/** What structures are made of, in every order. */
const hostileText = fc
  .array(fc.constantFrom(...PIECES), { maxLength: 24 })
  .map((pieces) => pieces.join(""));

test("what is masked once is not masked again", () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const masked = maskWith(detectors, text);

      expect(maskWith(detectors, masked)).toBe(masked);
    }),
    { numRuns: 60 },
  );
});

test("JSON stays JSON, with numbers as texts", () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom(...NAMES, "note"), hostileText, { maxKeys: 3 }),
      (values) => {
        const masked = maskWith(
          detectors,
          JSON.stringify({ values, nested: JSON.stringify(values) }),
        );

        expect(() => void JSON.parse(masked)).not.toThrow();
      },
    ),
    { numRuns: 20 },
  );
});

test("what is found in whole lines is found however many more follow", () => {
  fc.assert(
    fc.property(hostileText, hostileText, (first, second) => {
      const lines = `${first}\n`;
      const { finds, goesOnFrom = lines.length } = searchWith(detectors, lines, { isOpen: true });
      const decided = finds.filter(
        ({ start, continuation }) => start < goesOnFrom && !continuation,
      );
      const all = searchWith(detectors, `${lines}${second}`).finds;

      for (const { rule, start, end } of decided) {
        expect(all).toContainEqual(expect.objectContaining({ rule, start, end }));
      }
    }),
    { numRuns: 60 },
  );
});

test("a find lies within the text and is never empty", () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      for (const { start, end } of searchWith(detectors, text).finds) {
        expect(start).toBeLessThan(end);
        expect(end).toBeLessThanOrEqual(Buffer.byteLength(text));
      }
    }),
  );
});

/** The same each time. */
function createRandom(): (below: number) => number {
  let state = 7;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}
