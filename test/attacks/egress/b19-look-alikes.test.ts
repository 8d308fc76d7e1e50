/** B19: names that look like an allowed one to somebody who reads them carelessly. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { ALLOWED, createAttackScene, findObstacle } from "./support/attack-scene.ts";
import { toPolicy } from "./support/guarded-pod.ts";
import { fireAll, type Volley } from "./support/volley.ts";

/** As dig takes them: \. is a dot within a label, and \000 a byte. All of them would have an address. */
const REFUSED = {
  "the allowed name in front of another": "github.test.evil.test",
  "another name that ends alike": "evilgithub.test",
  "a hyphen for the dot": "github-test.evil.test",
  "a name below": "secret.github.test",
  "the domain above": "test",
  "an underscore within": "git_hub.test",
  "an underscore behind": "github.test_",
  "another top-level domain": "github.tests",
  "a Cyrillic letter": "xn--gthub-n4a.test",
  "a dot within a label": String.raw`github\.test`,
  "a dot within a label of another domain": String.raw`github\.test.evil.test`,
  "a NUL behind": String.raw`github.test\000`,
  "a NUL and more behind": String.raw`github.test\000.evil.test`,
  "a space behind": String.raw`github.test\032`,
  "a line break within": String.raw`github.test\010evil.test`,
  "a backslash within": String.raw`github\\.test`,
  "a byte beyond ASCII": String.raw`github.test\200`,
  "a suffix alone": "suffix.test",
  "what ends like a suffix": "notsuffix.test",
  "a suffix in front": "a.suffix.test.evil.test",
} as const;

const ANSWERED = {
  "as it is written": "github.test",
  "with a dot at the end": "github.test.",
  "in capitals": "GITHUB.TEST",
  "in mixed case": "gItHuB.TesT",
  "with its letters as numbers": String.raw`\103\105thub.test`,
  "a name below an allowed suffix": "a.b.suffix.test",
  "one with an underscore below it": "a_b.suffix.test",
} as const;

const ADDRESS = "198.51.100.40";
const ATTACKS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries({ ...REFUSED, ...ANSWERED }).map(([what, name]) => [
      what,
      `dig +tries=1 +time=3 +nosearch '${name}'`,
    ]),
  ),
  "full-width letters": "curl -4 -sSk -m 3 https://ｇｉｔｈｕｂ.test/",
  "an ideographic full stop": "curl -4 -sSk -m 3 https://github。test/",
  "a Cyrillic letter in curl": "curl -4 -sSk -m 3 https://gіthub.test/",
};

const obstacle = findObstacle();
describe.skipIf(obstacle !== "")(`look-alikes${obstacle}`, () => {
  const stack = new AsyncDisposableStack();
  let volley: Volley;
  beforeAll(async () => {
    const { internet, pod } = stack.use(await createAttackScene());
    const names = [...Object.values(REFUSED), "a.b.suffix.test", "a_b.suffix.test"];
    await internet.dns.add(...names.map((name) => ({ name, type: "A", data: ADDRESS }) as const));
    const policy = toPolicy({ allow: [ALLOWED.name, "*.suffix.test"] });
    volley = await fireAll(pod, ATTACKS, { policy });
  });
  afterAll(() => stack.disposeAsync());

  test.each(Object.entries(REFUSED))("%s is another name", (what, name) => {
    const { run } = volley;

    expect(volley.shot(what).stdout).toContain("status: NXDOMAIN");
    const reported = name
      .replaceAll(String.raw`\\`, String.raw`\092`)
      .replaceAll(String.raw`\.`, String.raw`\046`);
    const judged = run.report.dnsQueries.filter((it) => it.name === reported);
    expect(judged).toMatchObject([{ verdict: "blocked", answers: [] }]);
  });

  test.each(Object.keys(ANSWERED))("%s is the same name", (what) => {
    const shot = volley.shot(what);

    expect(shot.stdout).toContain("status: NOERROR");
    expect(shot.stdout).toMatch(/\sIN\s+A\s+198\.51\.100\./);
    expect(shot.dnsQueries).toContainEqual(expect.objectContaining({ verdict: "allowed" }));
  });

  test("what curl makes of letters outside ASCII is judged", () => {
    expect(volley.shot("full-width letters").status).toBe(0);
    expect(volley.shot("an ideographic full stop").status).toBe(0);
    const cyrillic = volley.shot("a Cyrillic letter in curl");
    expect(cyrillic.stderr).toContain("Could not resolve host: xn--gthub-n2e.test");
    expect(cyrillic.dnsQueries).toMatchObject([{ name: "xn--gthub-n2e.test", verdict: "blocked" }]);
  });

  test("a name is reported so that it cannot be taken for another one", () => {
    const names = volley.run.report.dnsQueries.map(({ name }) => name);

    expect(names).toContain(String.raw`github\046test`);
    expect(names).toContain(String.raw`github.test\000`);
    expect(names).toContain(String.raw`github.test\010evil.test`);
  });

  test("the resolver has heard of allowed names alone", () => {
    const { run } = volley;

    expect(run.status).toBe(0);
    expect(new Set(run.questions.map(({ name }) => name))).toEqual(
      new Set([ALLOWED.name, "a.b.suffix.test", "a_b.suffix.test"]),
    );
    expect(run.escaped.every(({ destination: { ip } }) => ip === ALLOWED.ipv4)).toBe(true);
  });
});
