import { describe, expect, test } from "vitest";

import { createStructureDetectors } from "../../../../agent/redact/structures/create-structure-detectors.ts";
import { maskWith } from "../../../../test/support/redact/reference-scan.ts";

const detectors = createStructureDetectors();
const TOKEN = ["aB3dE5", "gH7jK9", "mN1p"].join("");
const LINE = TOKEN.repeat(4);

function begin(label: string): string {
  return ["-----BEGIN ", label, "-----"].join("");
}

function end(label: string): string {
  return ["-----END ", label, "-----"].join("");
}

describe("the secret of a structure is masked, and the structure stays", () => {
  test.each([
    [`https://bob:${TOKEN}@github.com/x/y.git`, "https://bob:***@github.com/x/y.git"],
    [`https://bob:p@${TOKEN}/w#rd@host.example/x`, "https://bob:***@host.example/x"],
    [`https://${TOKEN}@github.com/x`, "https://***@github.com/x"],
    [`redis://:${TOKEN}@cache:6379/0`, "redis://:***@cache:6379/0"],
    ["amqp://u:p%40ss@h", "amqp://u:***@h"],
    ["> Authorization: Basic dXNlcjpwYXNz==", "> Authorization: Basic ***"],
    [`-H 'Authorization: Bearer ${TOKEN}' x`, "-H 'Authorization: Bearer ***' x"],
    [`{"authorization":"token ${TOKEN}","x":1}`, `{"authorization":"token ***","x":1}`],
    [
      `Proxy-Authorization: Digest username="M", response="${TOKEN}"`,
      `Proxy-Authorization: Digest username="M", response="***"`,
    ],
    [
      `Authorization: AWS4-HMAC-SHA256 Credential=A/b, SignedHeaders=h, Signature=${TOKEN}`,
      "Authorization: AWS4-HMAC-SHA256 Credential=A/b, SignedHeaders=h, Signature=***",
    ],
    ["Cookie: a=bcd; _session_id=1f2e3d4c; t=dark", "Cookie: a=***; _session_id=***; t=***"],
    [`Set-Cookie: SID=${TOKEN}; Path=/; HttpOnly`, "Set-Cookie: SID=***; Path=/; HttpOnly"],
    [`{"cookie":"a=bcd; e=fgh","x":1}`, `{"cookie":"a=***; e=***","x":1}`],
    [
      `${begin("RSA PRIVATE KEY")}\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n${LINE}\n${TOKEN}=\n${end("RSA PRIVATE KEY")}\nnext`,
      `${begin("RSA PRIVATE KEY")}\n***${end("RSA PRIVATE KEY")}\nnext`,
    ],
    [
      `{"private_key": "${begin("PRIVATE KEY")}\\n${LINE}\\nabc=\\n${end("PRIVATE KEY")}\\n","x":1}`,
      `{"private_key": "${begin("PRIVATE KEY")}\\n***${end("PRIVATE KEY")}\\n","x":1}`,
    ],
    [
      `> ${begin("OPENSSH PRIVATE KEY")}\n> ${LINE}\n> ${TOKEN}\nDone in 5 seconds`,
      `> ${begin("OPENSSH PRIVATE KEY")}\n> ***Done in 5 seconds`,
    ],
  ])("%s", (text, masked) => {
    expect(maskWith(detectors, text)).toBe(masked);
    expect(maskWith(detectors, masked)).toBe(masked);
  });
});

describe("what only looks alike stays", () => {
  test.each([
    "git@github.com:x/y ssh://git@github.com/x",
    "https://x-access-token:***@github.com/x",
    "https://registry.npmjs.org:443/@types/node http://localhost:4873/@x/y",
    "postgres://user:password@localhost mongodb://u:${PW}@h",
    "AUTHORIZATION: basic ***",
    "Authorization: Bearer ${TOKEN}",
    "Authorization: required",
    "< Set-Cookie: theme=dark; Path=/; HttpOnly",
    `document.cookie=e+"="+t`,
    "cookie: 0.5.0",
    `${begin("CERTIFICATE")}\n${LINE}\n${end("CERTIFICATE")}`,
    `expected ${begin("PRIVATE KEY")} to be there`,
  ])("%s", (text) => {
    expect(maskWith(detectors, text)).toBe(text);
  });
});
