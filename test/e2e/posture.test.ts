import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";
import { z } from "zod";

import { severitySchema } from "../../protocol/index.ts";
import { Workplace } from "./guard.ts";

const outputSchema = z.object({
  posture: z.object({
    score: z.int(),
    checks: z.array(
      z.object({
        id: z.string(),
        severity: severitySchema,
        status: z.string(),
        message: z.string(),
      }),
    ),
  }),
});

describe("the posture of this very machine", () => {
  test("--fail-on high goes by the checks of --json", async () => {
    using place = new Workplace();
    const { status, stdout, stderr } = await place.run(["doctor", "--json", "--fail-on", "high"]);
    const { posture } = outputSchema.parse(JSON.parse(stdout.toString()));
    const grave = posture.checks.filter(
      (check) => check.status === "failed" && ["high", "critical"].includes(check.severity),
    );

    expect({ status, stderr }).toEqual({ status: grave.length > 0 ? 1 : 0, stderr: "" });
    expect(grave.length > 0 ? posture.score < 100 : posture.score).toBeTruthy();
  });

  test("tells who it runs as, and what the environment switches off, without its values", async () => {
    using place = new Workplace();
    const secret = ["not", "for", "anyone"].join("-");
    const env = {
      PIP_TRUSTED_HOST: secret,
      PATH: `${process.env["PATH"]}:${place.folder}/../x:bin`,
    };
    const { stdout } = await place.run(["doctor", "--json", "--fail-on", "critical"], { env });
    const { posture } = outputSchema.parse(JSON.parse(stdout.toString()));
    const failed = posture.checks.filter(({ status }) => status === "failed");

    expect(failed).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          id: "tls-checks-off",
          message: expect.stringContaining("PIP_TRUSTED_HOST"),
        }),
        expect.objectContaining({ id: "loose-path" }),
      ]),
    );
    expect(failed.some(({ id }) => id === "run-as-root")).toBe(process.geteuid?.() === 0);
    expect(stdout.toString()).not.toContain(secret);
  });

  test("a severity that there is not is wrong usage", async () => {
    using place = new Workplace();
    const { status, stderr } = await place.run(["doctor", "--fail-on", "grave"]);

    expect(status).toBe(2);
    expect(stderr).toMatch(/'--fail-on <severity>' argument 'grave' is invalid/);
  });
});

describe("the posture of a run", () => {
  test("is what doctor tells, in the report and in both summaries", async () => {
    using place = new Workplace();
    const { stdout } = await place.run(["doctor", "--json"]);
    const { posture } = outputSchema.parse(JSON.parse(stdout.toString()));
    const failed = posture.checks
      .filter(({ status }) => status === "failed")
      .map(({ id, severity, message }) => ({ id, severity, message }));
    const env = { NODE_TLS_REJECT_UNAUTHORIZED: "0" };
    const { report, ended } = await place.report(
      ["--summary", place.path("summary.md")],
      ["true"],
      {
        env,
      },
    );
    const tls = report.posture?.failed.find(({ id }) => id === "tls-checks-off");
    const count = `${report.posture?.failed.length} checks? failed`;

    expect(tls?.message).toContain("NODE_TLS_REJECT_UNAUTHORIZED");
    expect(report.posture?.failed).toEqual(expect.arrayContaining(failed));
    expect(report.posture?.score).toBeLessThanOrEqual(posture.score);
    expect(ended.stderr).toMatch(
      new RegExp(`\nPosture\n  . score ${report.posture?.score} of 100: ${count}`),
    );
    expect(readFileSync(place.path("summary.md"), "utf8")).toMatch(new RegExp(count));
  });

  test("shows no secret that stands in a path", async () => {
    using place = new Workplace();
    const secret = ["not", "for", "anyone", "at", "all"].join("-");
    const env = { PATH: `${process.env["PATH"]}:${secret}/bin`, DEPLOY_TOKEN: secret };
    const { report, ended } = await place.report([], ["true"], { env });
    const loose = report.posture?.failed.find(({ id }) => id === "loose-path");

    expect(loose?.message).toMatch(/\[redacted:known-value:\w+\]\/bin/);
    expect(ended.stderr + JSON.stringify(report)).not.toContain(secret);
  });
});
