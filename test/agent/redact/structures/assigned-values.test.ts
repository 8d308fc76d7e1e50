import { expect, test } from "vitest";

import { createScanner, type Scanner } from "../../../../agent/redact/scanner/scanner.ts";
import { createAssignedSecretDetector } from "../../../../agent/redact/structures/assignment/assigned-secret.ts";
import { ALPHANUMERIC, createRandom } from "../../../../bench/redact/random.ts";

const DETECTOR = createAssignedSecretDetector();
const TEXTS = 10_000;
const PIECES = [
  ..."password passwd pass PWD sshpass DB_PASS secret token credentials apiKey api_key -key _auth".split(
    " ",
  ),
  ...'= : := => == :: :// =~ , ; & . - _ ( ) [ ] { } < > </ | > $ \\ \\\\ " \' ` \\" b" @ # % ! ~ +'.split(
    " ",
  ),
  ..."hunter22 Tr0ub4dor 12345678 x9Qz2Lk8 kJ8s92hG7dKq01Zx 5f4dcc3b5aa765d61d8327deb882cf99".split(
    " ",
  ),
  ..."word name user_id= &next= ;Host: str Optional[str] xxxx é \u00ff ${NAME} p4ss,w0rd x".split(
    " ",
  ),
  " ",
  " ",
  "  ",
  "\t",
  "\n",
  "\r\n",
  "\0",
  " = ",
  ": ",
  ' "',
] as const;
const ASSIGNMENTS = [
  "password=",
  "token: ",
  "DB_PASS := ",
  "api_key=",
  "passwd2='",
  "secret_id=",
] as const;
const LETTERS = `${ALPHANUMERIC}!#%&*+-./:;<=>?@[]^_{|}~,()$`;

test("what the scanner says of a value that is assigned keeps no secret from being found", () => {
  const random = createRandom(3);
  const asked = createRoom(true);
  const all = createRoom(false);
  let found = 0;
  for (let index = 0; index < TEXTS; index++) {
    let content = "";
    for (let count = 2 + random.below(14); count > 0; count--) {
      if (random.below(6) === 0) content += random.pick(ASSIGNMENTS);
      if (random.below(6) === 0) content += random.text(LETTERS, 1 + random.below(16));
      content += PIECES[random.below(PIECES.length)] ?? "";
    }
    // What stands near the end of a text is looked at whatever it is.
    if (random.below(4) !== 0) content += `\n${"-".repeat(60)}`;
    const bytes = Buffer.from(content);
    const isOpen = random.below(2) === 0;
    const finds = asked.find(bytes, isOpen);

    expect({ content, finds }).toEqual({ content, finds: all.find(bytes, isOpen) });
    found += finds.length;
  }
  expect(found).toBeGreaterThan(TEXTS / 20);
});

test("a value that is none is not asked about", () => {
  const asked = createRoom(true);

  expect(asked.count(flood("password="))).toBeLessThan(12);
  expect(asked.count(flood("password_x="))).toBeLessThan(12);
  expect(asked.count(flood("token: string, "))).toBeLessThan(12);
  expect(asked.count(flood("password=hunter22x "))).toBe(100);
  expect(asked.count(flood('password="word" '))).toBe(100);
});

function flood(text: string): Buffer {
  return Buffer.from(text.repeat(100));
}

function createRoom(isJudged: boolean) {
  const scanner = createScanner();
  for (const { assigns, ...anchor } of DETECTOR.anchors) {
    scanner.addAnchor(isJudged && assigns !== undefined ? { ...anchor, assigns } : anchor);
  }
  const at = scanner.memory.allocate(4096);
  return {
    count: (bytes: Uint8Array): number => scan(scanner, at, bytes).length / 2,
    find(bytes: Uint8Array, isOpen: boolean): string[] {
      const finds: string[] = [];
      const hits = scan(scanner, at, bytes);
      const text = { bytes: scanner.memory.bytes, start: at, end: at + bytes.length, isOpen };
      for (let hit = 0; hit < hits.length; hit += 2) {
        const place = { position: hits[hit] ?? 0, anchor: hits[hit + 1] ?? 0 };
        DETECTOR.inspect(text, place, {
          add: ({ start, end }) => void finds.push(`${start - at}-${end - at}`),
          goesOn: (from) => void finds.push(`from ${from - at}`),
        });
      }
      return finds.toSorted();
    },
  };
}

function scan(scanner: Scanner, at: number, bytes: Uint8Array): Uint32Array {
  scanner.memory.bytes.set(bytes, at);
  scanner.memory.bytes.fill(0, at + bytes.length, at + bytes.length + 16);
  return scanner.scanAnchors({ start: at, from: at, end: at + bytes.length });
}
