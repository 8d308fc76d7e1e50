import { createServer } from "node:net";

import { describe, expect, test } from "vitest";

import type { Sink } from "../../../../../collector/alerting/sink.ts";
import { EMAIL } from "../../../../../collector/alerting/sinks/email/email-sink.ts";
import { requires } from "../../../../support/requires.ts";
import { FIRST, openSink } from "../support/open-sink.ts";
import { HOSTILE_INCIDENT, SAMPLE, UNSEEN } from "../support/sample-notification.ts";
import { type RunningMailServer, startMailServer, type Taken } from "./start-mail-server.ts";

const { mailServer } = requires;

const PASSWORD = ["correct", "horse"].join(" ");
const PEOPLE = { from: "guard@acme.example", to: ["oncall@acme.example", "sec@acme.example"] };

function openEmail(
  { port, authorities }: Pick<RunningMailServer, "port" | "authorities">,
  config: Readonly<Record<string, unknown>> = {},
): Sink {
  return openSink(
    EMAIL,
    { host: "127.0.0.1", port, caFile: "ca", ...PEOPLE, ...config },
    { files: { ca: authorities, password: PASSWORD } },
  );
}

function headersOf(taken: Taken | undefined, name: string): readonly string[] {
  const found = taken?.headers.filter(([key]) => key.toLowerCase() === name.toLowerCase()) ?? [];
  return found.map(([, value]) => value);
}

describe.skipIf(!mailServer.available)(`to a real server${mailServer.note}`, () => {
  test.each(["tls", "starttls"] as const)(
    "mail goes by %s, with a login, as text and as HTML",
    async (security) => {
      const login = ["guard", PASSWORD] as const;
      await using server = await startMailServer({ security, login });
      const sink = openEmail(server, {
        security,
        username: "guard",
        passwordFile: "password",
        replyTo: "soc@acme.example",
      });

      expect(await sink.deliver(SAMPLE, FIRST)).toMatchObject({ status: "delivered" });

      const [taken] = server.taken;
      expect(taken).toMatchObject({ ...PEOPLE, isSafe: true, login: "guard", defects: [] });
      expect(Object.fromEntries(taken?.headers ?? [])).toMatchObject({
        From: "Runner Guard <guard@acme.example>",
        To: "oncall@acme.example, sec@acme.example",
        "Reply-To": "soc@acme.example",
        Subject: "[Runner Guard] critical runner-memory-read in acme/app",
        "Message-ID": "<d-000000000001@acme.example>",
        Date: "Sun, 01 Mar 2026 12:00:30 +0000",
        "Auto-Submitted": "auto-generated",
        Importance: "high",
        "X-Runner-Guard-Rule": "runner-memory-read",
      });
      expect(headersOf(taken, "List-Id")).toEqual(["Runner Guard <runner-guard.acme.example>"]);
      expect(taken?.parts["text/plain"]).toContain(SAMPLE.incident.message);
      expect(taken?.parts["text/html"]).toContain(`href="${SAMPLE.incident.links.runbook}"`);
    },
  );

  test("mails of an incident are one thread", async () => {
    await using server = await startMailServer({ security: "none" });
    const sink = openEmail(server, { security: "none" });

    const first = await sink.deliver(SAMPLE, FIRST);
    if (first.status !== "delivered") throw new Error(first.reason);
    const graver = { ...SAMPLE.incident, severity: "high" };
    const context = { ...FIRST, reference: first.reference };
    const second = await sink.deliver(
      { ...SAMPLE, deliveryId: "d-2", action: "resolve", incident: graver },
      context,
    );

    expect(second).toEqual(first);
    const [begun, answered] = server.taken;
    const anchor = `<incident-${SAMPLE.incident.id}@acme.example>`;
    expect(headersOf(begun, "References")).toEqual([anchor]);
    expect(headersOf(begun, "In-Reply-To")).toEqual([]);
    expect(headersOf(answered, "Message-ID")).toEqual(["<d-2@acme.example>"]);
    expect(headersOf(answered, "In-Reply-To")).toEqual(["<d-000000000001@acme.example>"]);
    expect(headersOf(answered, "References")).toEqual([`${anchor} <d-000000000001@acme.example>`]);
    expect(headersOf(answered, "Subject")).toEqual([`Re: ${headersOf(begun, "Subject").join()}`]);
    expect(answered?.parts["text/plain"]).toContain("in acme/app: resolved");
  });

  test("nothing that a job writes becomes a header, a recipient or markup", async () => {
    await using server = await startMailServer({ security: "none" });
    const sink = openEmail(server, { security: "none" });
    const named = { ...SAMPLE, deliveryId: "d\r\nBcc: evil@example.org" };

    const outcome = await sink.deliver(
      { ...named, incident: { ...HOSTILE_INCIDENT, id: HOSTILE_INCIDENT.rule } },
      { ...FIRST, reference: '{"messageId":"<a@b>\\r\\nBcc: evil@example.org","subject":"x"}' },
    );

    expect(outcome).toMatchObject({ status: "delivered" });
    const [taken] = server.taken;
    expect(taken).toMatchObject({ ...PEOPLE, defects: [] });
    expect(headersOf(taken, "Bcc")).toEqual([]);
    expect(taken?.raw.length).toBeLessThan(65_536);
    const [text = "", html = ""] = [taken?.parts["text/plain"], taken?.parts["text/html"]];
    expect(html).not.toMatch(/<(?:script|img|style|link)/i);
    expect(`${text}${html}`).not.toContain("https://evil.example");
    expect(
      [...text.split(/\r?\n/), ...html.split(/\r?\n/)].filter((line) => UNSEEN.test(line)),
    ).toEqual([]);
    expect(taken?.headers.map(([name]) => name).toSorted()).toEqual(
      [...new Set(taken?.headers.map(([name]) => name))].toSorted(),
    );
  });

  test("what the server answers decides whether it is tried again", async () => {
    const [full, never, grey, nobody, well] = ["full", "never", "grey", "nobody", "well"].map(
      (name) => `${name}@acme.example`,
    );
    await using server = await startMailServer({
      security: "none",
      recipients: { [`${grey}`]: "451 greylisted", [`${nobody}`]: "550 there is nobody" },
      data: { [`${full}`]: "452 4.3.1 disk full", [`${never}`]: "554 5.7.1 no alerts here" },
    });
    const send = async (...to: readonly (string | undefined)[]): Promise<string> => {
      const sink = openEmail(server, { security: "none", to });
      const outcome = await sink.deliver(SAMPLE, FIRST);
      return "reason" in outcome ? `${outcome.status}: ${outcome.reason}` : outcome.status;
    };

    expect(await send(full)).toBe("retryable: 127.0.0.1 answered 452: 452 4.3.1 disk full");
    expect(await send(never)).toBe("refused: 127.0.0.1 answered 554: 554 5.7.1 no alerts here");
    expect(await send(well, grey)).toBe("retryable: 127.0.0.1 answered 451: 451 greylisted");
    expect(await send(well, nobody)).toBe("delivered");
    expect(await send(nobody)).toMatch(/^refused: 127.0.0.1 answered 550/);
  });

  test("a wrong login is refused, and not told on", async () => {
    await using server = await startMailServer({ security: "starttls", login: ["guard", "x"] });
    const sink = openEmail(server, { username: "guard", passwordFile: "password" });

    expect(await sink.deliver(SAMPLE, FIRST)).toEqual({
      status: "refused",
      reason: "127.0.0.1 answered 535: to the login",
    });
  });

  test("nothing is said in clear to a server that has no TLS, nor to one that is another", async () => {
    await using clear = await startMailServer({ security: "none" });
    await using other = await startMailServer({ security: "starttls" });

    const toClear = await openEmail(clear).deliver(SAMPLE, FIRST);
    const toOther = await openEmail({ ...other, authorities: clear.authorities }).deliver(
      SAMPLE,
      FIRST,
    );

    expect(toClear).toMatchObject({
      status: "retryable",
      reason: expect.stringMatching(/454 TLS not available/),
    });
    expect(toOther).toMatchObject({
      status: "retryable",
      reason: expect.stringMatching(/self-signed certificate/),
    });
    expect([clear.taken, other.taken]).toEqual([[], []]);
  });
});

test("a server that does not answer is asked again later, and can be given up at once", async () => {
  const server = createServer(() => undefined).listen(0, "127.0.0.1");
  const address = await new Promise<number>((resolve) => {
    server.on("listening", () => {
      const at = server.address();
      resolve(at !== null && typeof at === "object" ? at.port : 0);
    });
  });
  const sink = openSink(EMAIL, { host: "127.0.0.1", port: address, security: "none", ...PEOPLE });
  const ending = AbortSignal.timeout(200);
  const outcome = await sink.deliver(SAMPLE, { reference: undefined, signal: ending });
  server.close();

  expect(outcome).toEqual({
    status: "retryable",
    reason: "127.0.0.1 could not be sent it: EABORT",
  });
});

test.each([
  [{ security: "none", host: "mail.example" }, "mail in clear goes to this machine alone"],
  [{ to: ["Name <a@b.example>"] }, "no address such as oncall@example.com"],
  [{ from: "a@b.example\r\nBcc: c@d.example" }, "no address such as oncall@example.com"],
  [{ username: "guard" }, "username and passwordFile go together"],
])("%o is refused", (config, reason) => {
  const given = { type: "email", host: "127.0.0.1", ...PEOPLE, ...config };

  expect(() => EMAIL.prepare(given)).toThrow(reason);
});
