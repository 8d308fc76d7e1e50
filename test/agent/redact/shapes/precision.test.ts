import { randomUUID } from "node:crypto";

import { expect, test } from "vitest";

import { createRandom, makeRun, pick } from "../../../support/redact/shape-examples.ts";
import { searchShapes } from "./search-shapes.ts";

const LINES = 100_000;
const LINES_AT_ONCE = 20_000;

const WORDS = [
  ..."compiling linking installed resolved fetched cached module token secret key-value pattern".split(
    " ",
  ),
  ..."node_modules @types/node lodash left-pad sk-learn npm_config_registry github_path pat-match".split(
    " ",
  ),
  ..."glance hashing vercel cloudflare heroku datadog twilio sonar snyk travis jenkins AKIACHAN".split(
    " ",
  ),
] as const;

const AWS_ID = ["AKIA", "QY5ZK3TW", "7M2XC4VB"].join("");

const HONEST: readonly ((random: () => number) => string)[] = [
  (random) => `commit ${makeRun("lowerHex", 40, random)}`,
  (random) => `sha256:${makeRun("lowerHex", 64, random)} ${pick(WORDS, random)}`,
  (random) => `integrity sha512-${makeRun("base64", 86, random)}==`,
  () => `request ${randomUUID()} done`,
  (random) => `${pick(WORDS, random)}: ${makeRun("base64", 60, random)}`,
  (random) => `GET /assets/${makeRun("lowerAlphanumeric", 20, random)}.js 200 in 12ms`,
  (random) => `+ ${pick(WORDS, random)}@${makeRun("digit", 2, random)}.4.1`,
  (random) => `at ${makeRun("alphanumeric", 30, random)} (file.js:10:4)`,
  (random) => Array.from({ length: 9 }, () => pick(WORDS, random)).join(" "),
  (random) => `${pick(WORDS, random)}_version=${makeRun("lowerHex", 7, random)}`,
  (random) =>
    `var ${makeRun("word", 3, random)}=${makeRun("word", 3, random)},${makeRun("visible", 60, random)}`,
  (random) => `ssh-rsa ${makeRun("base64", 300, random)} me@host`,
];

test("what honest logs hold is not taken for a token", () => {
  const random = createRandom(11);
  const taken: string[] = [];
  for (let made = 0; made < LINES; made += LINES_AT_ONCE) {
    const log = Array.from({ length: LINES_AT_ONCE }, () => pick(HONEST, random)(random)).join(
      "\n",
    );
    for (const { rule, start, end } of searchShapes(log).finds) {
      taken.push(`${rule}: ${Buffer.from(log).toString("utf8", start, end)}`);
    }
  }
  expect(taken).toEqual([]);
});

test.each([
  ["a placeholder", ["ghp", "x".repeat(36)].join("_")],
  ["zeros", `glpat-${"0".repeat(20)}`],
  ["what is masked already", "DD_API_KEY=***"],
  ["what is masked in an event", "HEROKU_API_KEY=[redacted:heroku-api-key:0123456789abcdef]"],
  [
    "a commit of a vendor's repository",
    `DATADOG_COMMIT=${"0123456789abcdef".repeat(3).slice(0, 40)}`,
  ],
  ["an id within base64", `QAAaADEE${AWS_ID}wBCyAEQZ`],
  ["a type of a compiler", "_D6object14TypeInfo_Array8argTypesMFNbNfJC8TypeInfoJC8TypeInfoZi"],
  ["a JSON object in base64", `data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbXX0=`],
])("%s is left alone", (_what, text) => {
  expect(searchShapes(text).finds).toEqual([]);
});

test.each([
  ["alone", AWS_ID],
  ["in a path", `Credential=${AWS_ID}/20260101/eu-west-1/s3/aws4_request`],
  ["behind a word", `id${AWS_ID} of the key`],
  ["before a word", `key ${AWS_ID}is taken`],
])("an AWS id is found %s", (_where, text) => {
  expect(searchShapes(text).finds.map(({ rule }) => rule)).toContain("aws-access-key-id");
});
