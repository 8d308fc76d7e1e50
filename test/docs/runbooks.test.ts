/** Pages that somebody reads at night: each rule has one, and what it says to type works. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";

import { RULES } from "../../agent/rules/rule-list.ts";
import { type Collector, startCollector } from "../../collector/collector.ts";
import { isOwnFindingId } from "../../collector/stores/own-findings.ts";

const FOLDER = "docs/runbooks";
const GENERAL = "README";
const SECTIONS = [
  "What happened",
  "How to check",
  "How to contain",
  "What to rotate",
  "How to close",
];
const ADMIN = "admin-token-of-the-test";
/** What stands in capitals on the pages. */
const GIVEN: Readonly<Record<string, string>> = {
  RUN: "00000000-0000-4000-8000-000000000000",
  INCIDENT: "00000000-0000-4000-8000-000000000001",
  FINDING: "00000000-0000-4000-8000-000000000000:reverse-shell-1",
  PROCESS: "948-5f2",
  REPOSITORY: "acme/app",
};
/** Of an answer to what is asked in the right way, where there is no such run, finding or baseline. */
const RIGHTLY_ASKED = [200, 201, 404];

const pages = new Map(
  readdirSync(FOLDER).map((name) => [
    basename(name, ".md"),
    readFileSync(join(FOLDER, name), "utf8"),
  ]),
);
const ofRules = [...pages].filter(([name]) => name !== GENERAL);
const agentRules = RULES.map(({ id, severity, response }) => ({ id, severity, response }));

test("each rule has a page, and there is none of a rule that is not", () => {
  const known = (name: string): boolean =>
    agentRules.some(({ id }) => id === name) || isOwnFindingId(name);

  expect(agentRules.map(({ id }) => id).filter((id) => !pages.has(id))).toEqual([]);
  expect(ofRules.map(([name]) => name).filter((name) => !known(name))).toEqual([]);
});

test.each([
  "new-destination",
  "new-process",
  "volume-outlier",
  "duration-outlier",
  "guard-silent",
  "response-failed",
  "kill-limit",
])("what the collector finds itself has one: %s", (rule) => {
  expect(isOwnFindingId(rule)).toBe(true);
  expect(pages.get(rule)).toContain(`Rule \`${rule}\``);
});

test("the first page leads to all others", () => {
  const general = pages.get(GENERAL) ?? "";

  expect(ofRules.filter(([name]) => !general.includes(`[${name}](${name}.md)`))).toEqual([]);
});

test.each(agentRules)("$id is told with its own severity and response", (rule) => {
  const { id, severity, response } = rule;

  expect(pages.get(id)).toContain(
    `Rule \`${id}\`, severity **${severity}**, response **${response}**.`,
  );
});

test.each(ofRules)(
  "%s says what happened, how to check, contain and close, what to rotate",
  (_, text) => {
    const sections = text.split(/^## /m).slice(1);

    expect(sections.map((section) => section.split("\n")[0])).toEqual(SECTIONS);
    // A word or two would be no help.
    expect(sections.filter((section) => section.split(/\s+/).length < 8)).toEqual([]);
  },
);

describe("to a collector", () => {
  let dataDir: string;
  let collector: Collector;

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), "collector-"));
    collector = await startCollector({
      dataDir,
      listen: { host: "127.0.0.1", port: 0 },
      adminToken: ADMIN,
      agentToken: undefined,
      onNewAdminToken: () => undefined,
      onStorageFault: (fault) => expect.unreachable(fault),
      onDefect: (error) => expect.unreachable(String(error)),
    });
  });

  afterAll(async () => {
    await collector[Symbol.asyncDispose]();
    rmSync(dataDir, { recursive: true, force: true });
  });

  test.each([...pages])("%s asks for nothing that there is not", async (_, text) => {
    const asked = listAsked(text);
    expect(asked.length).toBeGreaterThan(0);
    const wrong: string[] = [];
    for (const one of asked) {
      const { status, problem } = await ask(one);
      const isRight = RIGHTLY_ASKED.includes(status) && !problem.includes("no such path");
      if (!isRight) wrong.push(`${one.line}: ${status} ${problem}`);
    }

    expect(wrong).toEqual([]);
  });

  test("what is asked for wrongly would be found", async () => {
    const lines = [
      'ask "$COLLECTOR/v1/nowhere"',
      'ask "$COLLECTOR/v1/findings?rul=x"',
      'ask "$COLLECTOR/v1/runs/$RUN/kill" -d \'{"reasn": "x"}\'',
      'ask -X DELETE "$COLLECTOR/v1/runs/$RUN"',
    ];
    const answers = await Promise.all(
      listAsked(`\`\`\`sh\n${lines.join("\n")}\n\`\`\``).map((one) => ask(one)),
    );

    expect(answers.map(({ status }) => status)).toEqual([404, 400, 400, 405]);
    expect(answers[0]?.problem).toContain("no such path");
  });

  test("it shows each of them to anybody, and of what has none the first one", async () => {
    for (const [name, text] of ofRules) expect(await show(`/${name}`)).toBe(text);
    for (const other of ["", "/no-such-rule", "/..%2F..%2Fpackage", "/__proto__"]) {
      expect(await show(other)).toBe(pages.get(GENERAL));
    }
  });

  async function show(rule: string): Promise<string> {
    const answer = await fetch(new URL(`/runbooks${rule}`, collector.url));
    expect(answer.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    return await answer.text();
  }

  async function ask({ method, path, body }: Asked): Promise<{ status: number; problem: string }> {
    const answer = await fetch(new URL(path, collector.url), {
      method,
      headers: { authorization: `Bearer ${ADMIN}` },
      ...(body !== undefined && { body }),
    });
    const text = await answer.text();
    return { status: answer.status, problem: answer.ok ? "" : text };
  }
});

test("what is suppressed until a day is so as long as that may be, whenever it is typed", () => {
  const days = [...pages.values()]
    .flatMap(listAsked)
    .flatMap(({ body }) => untilSchema.safeParse(JSON.parse(body ?? "{}")).data?.until ?? []);
  const ahead = days.map((day) => (Date.parse(day) - Date.now()) / 86_400_000);

  expect(ahead).toHaveLength(1);
  expect(ahead.filter((it) => !(it > 1 && it < 366))).toEqual([]);
  expect([...pages].filter(([, text]) => /"until": *"\d/.test(text))).toEqual([]);
});

test("commands of ours that they name are there, with the options that they name", () => {
  const named = [...pages.values()].flatMap(listCommands);
  expect(named.length).toBeGreaterThan(1);
  const byCommand = Object.groupBy(named, ({ command }) => command);
  const wrong = Object.entries(byCommand).filter(([command, uses = []]) => {
    const [, ...names] = command.split(" ");
    const args = ["collector/main.ts", ...names, "--help"];
    const { stdout, status } = spawnSync(process.execPath, args, { encoding: "utf8" });
    const isThere = status === 0 && stdout.startsWith(`Usage: ${command}`);
    return !isThere || uses.some(({ options }) => options.some((it) => !stdout.includes(it)));
  });

  expect(wrong).toEqual([]);
});

const untilSchema = z.object({ until: z.string() });

interface Asked {
  readonly line: string;
  readonly method: string;
  readonly path: string;
  readonly body: string | undefined;
}

const ASK =
  /^ask (?:-X (?<method>[A-Z]+) )?"\$COLLECTOR(?<path>[^"]+)"(?: -d '(?<body>(?:[^']|'\$UNTIL')+)')?(?: +#.*)?$/;

/** Each line of an example that asks. */
function listAsked(text: string): readonly Asked[] {
  const examples = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, example = ""]) => example);
  const lines = examples.flatMap((example) => example.split("\n"));
  return lines
    .filter((line) => line.startsWith("ask "))
    .map((line) => {
      const { method, path, body: written } = ASK.exec(line)?.groups ?? {};
      const body = written?.replace("'$UNTIL'", () => computeUntil(examples));
      if (body !== undefined) z.json().parse(JSON.parse(body));
      if (path === undefined) throw new Error(`not understood: ${line}`);
      const filled = path.replaceAll(/\$([A-Z]+)/g, (_, name: string) => GIVEN[name] ?? "none");
      return { line, method: method ?? (body === undefined ? "GET" : "POST"), path: filled, body };
    });
}

/** As the shell has it where an example is typed. */
function computeUntil(examples: readonly string[]): string {
  const [line = ""] = examples.flatMap((example) => /^UNTIL=.*$/m.exec(example) ?? []);
  return spawnSync("sh", ["-c", `${line}\nprintf %s "$UNTIL"`], { encoding: "utf8" }).stdout;
}

interface Named {
  readonly command: string;
  readonly options: readonly string[];
}

/** In words and in examples. What is given to them is written in capitals, but for a role. */
function listCommands(text: string): readonly Named[] {
  const found = [...text.matchAll(/(?:`|^)(runner-guard-collector [^`\n]+)/gm)];
  return found.map(([, line = ""]) => {
    const words = line.replace(/ +(?:#|>).*$/, "").split(" ");
    return {
      command: words
        .filter(
          (word, index) => /^[a-z-]+$/.test(word) && !isOption(word) && !isOption(words[index - 1]),
        )
        .join(" "),
      options: words.filter((word) => isOption(word)),
    };
  });
}

function isOption(word = ""): boolean {
  return word.startsWith("--");
}
