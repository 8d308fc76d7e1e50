import { describe, expect, test } from "vitest";

import { createStructureDetectors } from "../../../../agent/redact/structures/create-structure-detectors.ts";
import { maskWith } from "../../../../test/support/redact/reference-scan.ts";

const detectors = createStructureDetectors();
const TOKEN = ["aB3dE5", "gH7jK9", "mN1p"].join("");
const PASSWORD = ["hunter", "22"].join("");
const USER_AND_PASSWORD = Buffer.from(`bob:${PASSWORD}`).toString("base64");

describe("passwords of command lines and files are masked", () => {
  test.each([
    [`docker login -u bob -p ${PASSWORD} host`, "docker login -u bob -p *** host"],
    [
      `mysql -u root -p${PASSWORD} db && mkdir -p /some/dir`,
      "mysql -u root -p*** db && mkdir -p /some/dir",
    ],
    [`sshpass -p 'my pw here1' ssh x`, "sshpass -p '***' ssh x"],
    [`redis-cli -h cache -a ${PASSWORD} ping`, "redis-cli -h cache -a *** ping"],
    ["curl -u bob:letmein https://x", "curl -u bob:*** https://x"],
    [`curl --user "bob:let me in1" https://x`, `curl --user "bob:***" https://x`],
    [`tool --db-password ${PASSWORD} --token ${TOKEN} x`, "tool --db-password *** --token *** x"],
    [`["--token","${TOKEN}"]`, `["--token","***"]`],
    [
      `machine h.example login bob password ${PASSWORD}`,
      "machine h.example login bob password ***",
    ],
    [
      `machine h\n  login bob\n  password ${PASSWORD}\n`,
      "machine h\n  login bob\n  password ***\n",
    ],
    [`{"auths":{"h":{"auth":"${USER_AND_PASSWORD}"}}}`, `{"auths":{"h":{"auth":"***"}}}`],
    [`<password>${PASSWORD}x</password>`, "<password>***</password>"],
    [`root:${PASSWORD}@tcp(127.0.0.1:3306)/db`, "root:***@tcp(127.0.0.1:3306)/db"],
    [`https://x/b?sv=2020&sig=${TOKEN}%3D&se=1`, "https://x/b?sv=2020&sig=***&se=1"],
    [`https://x/b?X-Amz-Signature=${TOKEN}&x=1`, "https://x/b?X-Amz-Signature=***&x=1"],
    [`//registry.npmjs.org/:_authToken=${TOKEN}`, "//registry.npmjs.org/:_authToken=***"],
    [`aws x --session-token ${TOKEN}`, "aws x --session-token ***"],
    [`default login bob password ${PASSWORD}`, "default login bob password ***"],
    ["https://bob:abcd@10.0.0.1/x", "https://bob:***@10.0.0.1/x"],
    [`headers.authorization = "Basic ${USER_AND_PASSWORD}"`, `headers.authorization = "Basic ***"`],
    [`    client-key-data: ${TOKEN}${TOKEN}`, "    client-key-data: ***"],
  ])("%s", (text, masked) => {
    expect(maskWith(detectors, text)).toBe(masked);
    expect(maskWith(detectors, masked)).toBe(masked);
  });
});

describe("arguments that are no passwords stay", () => {
  test.each([
    "docker run -u 1000:1000 -p 8080:80 image",
    "docker login --password-stdin -u x",
    "mkdir -p /some/dir9 && git push -u origin main",
    "machine learning is fun with password x",
    `"auth": "required"`,
    "<password>changeit</password>",
    "the --token option takes a string",
    "curl -u user:password https://example.com",
    `aws list --max-items 2 --next-token ${TOKEN}`,
    `aws request --idempotency-token ${TOKEN}`,
    "the default login shell password policy",
    "https://[fe80::1]:8080/a@b",
    "ftp://[[user][:pass]@]host[:port]/",
    `options.headers.authorization = "Basic " + credentials.toString("base64")`,
    `authorization = ("Authorization: Basic %s\\r\\n" %`,
    `\\fB\\-\\-allow\\-interactive\\-authorization=\\fR\\fIBOOL\\fR`,
  ])("%s", (text) => {
    expect(maskWith(detectors, text)).toBe(text);
  });
});
