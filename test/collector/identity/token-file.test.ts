import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import {
  addToken,
  listTokens,
  makeToken,
  openTokenFile,
  revokeToken,
} from "../../../collector/identity/token-file.ts";

let directory: string;
let time = 0;
let troubles: unknown[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "collector-"));
  [time, troubles] = [0, []];
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

test("a token is for one tenant and role, and nothing but its hash is kept", () => {
  const { token } = give({ tenant: "acme", role: "viewer" });
  const path = join(directory, "tokens.json");

  expect(open().find(token)).toMatchObject({ tenant: "acme", role: "viewer" });
  expect(readFileSync(path, "utf8")).not.toContain(token);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("what is listed names a token as the audit log does", () => {
  const { token } = give({ tenant: "acme", role: "agent" });

  expect(listTokens(directory)).toEqual([
    {
      id: open().find(token)?.token,
      tenant: "acme",
      role: "agent",
      createdAt: expect.stringMatching(/^\d{4}-/),
    },
  ]);
});

test("one that is added or taken back counts a second later, without a new start", () => {
  const tokens = open();
  const { token } = give({ tenant: "acme", role: "agent" });
  const early = tokens.find(token);
  time += 1_000;
  const later = tokens.find(token);
  revokeToken(directory, later?.token ?? "");
  time += 1_000;

  expect([early, later?.role, tokens.find(token)]).toEqual([undefined, "agent", undefined]);
});

test("a file that is damaged while it is used takes no known token away, and is told of", () => {
  const { token } = give({ tenant: "acme", role: "agent" });
  const tokens = open();
  writeFileSync(join(directory, "tokens.json"), '{"tokens":[{"role":"admin"}]}');
  time += 1_000;

  expect(tokens.find(token)?.role).toBe("agent");
  expect(troubles).toHaveLength(1);
});

test("a change beside another one is refused before it is looked at what there is", () => {
  const path = join(directory, "tokens.json");
  writeFileSync(`${path}.new`, "");
  // What the other one is about to replace.
  writeFileSync(path, "[]");

  expect(() => revokeToken(directory, "0123456789ab")).toThrow("another `token` command");
});

test("one that is not there is not taken back, and nothing is written for it", () => {
  give({ tenant: "acme", role: "agent" });
  const before = readInode();

  expect(() => revokeToken(directory, "0123456789ab")).toThrow("no such token");
  expect(readInode()).toBe(before);
});

test("a change that is refused leaves no lock behind", () => {
  expect(() => revokeToken(directory, "0123456789ab")).toThrow("no such token");
  give({ tenant: "acme", role: "agent" });

  expect(listTokens(directory)).toHaveLength(1);
});

describe("refused is", () => {
  test.each<[string, () => void, string]>([
    ["a tenant without a name", () => give({ tenant: "", role: "agent" }), "tenant"],
    [
      "a tenant that would paint a terminal",
      () => give({ tenant: "a\u001b[2J", role: "agent" }),
      "--tenant",
    ],
    ["a token that is none", () => revokeToken(directory, "0123456789ab"), "no such token"],
    [
      "a change beside another one",
      () => {
        writeFileSync(join(directory, "tokens.json.new"), "");
        give({ tenant: "acme", role: "agent" });
      },
      "another `token` command is at work",
    ],
    [
      "a change in a directory that is not there, with that",
      () => addToken(join(directory, "none"), makeToken({ tenant: "acme", role: "agent" })),
      "cannot be written: ENOENT",
    ],
    [
      "a file that cannot be read, with why",
      () => {
        mkdirSync(join(directory, "tokens.json"));
        open();
      },
      "tokens.json: cannot be read: EISDIR",
    ],
    [
      "a file that somebody else wrote",
      () => {
        writeFileSync(join(directory, "tokens.json"), "[]");
        open();
      },
      "is not what the collector wrote there",
    ],
  ])("%s", (_, act, message) => {
    expect(act).toThrow(message);
  });
});

function give(grant: Parameters<typeof makeToken>[0]) {
  const made = makeToken(grant);
  addToken(directory, made);
  return made;
}

function readInode(): bigint {
  return statSync(join(directory, "tokens.json"), { bigint: true }).ino;
}

function open() {
  return openTokenFile(directory, {
    uptime: () => time,
    onTrouble: (error) => troubles.push(error),
  });
}
