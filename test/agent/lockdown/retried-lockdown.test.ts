/** What cannot be closed, or given back, at once. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { reportSchema } from "../../../protocol/index.ts";
import { requires } from "../../support/requires.ts";
import { PrivateMachine } from "./private-machine.ts";

const { sudo } = requires;

describe.skipIf(!sudo.available)(`a lockdown that does not succeed at once${sudo.note}`, () => {
  test("is tried again, and says that it was open until then", () => {
    using machine = new PrivateMachine();
    const { stdout } = machine.run(`
      start_watch one --disable-sudo --report "$FOLDER/report.json"
      mount -t tmpfs late /usr/local/bin; cp /usr/bin/true /usr/local/bin/doas; chmod 4755 /usr/local/bin/doas
      mount -o remount,ro /usr/local/bin
      until "$GUARD" finish --state-dir /run/one > /dev/null && grep -q EROFS "$FOLDER/report.json"; do sleep 0.3; done
      mount -o remount,rw /usr/local/bin
      until [ "$(stat -c %a /usr/local/bin/doas)" = 755 ]; do sleep 0.05; done; echo closed
      end_watch TERM; stat -c %a /usr/local/bin/doas
    `);
    const { lockdown, findings } = readReport(machine);

    expect(stdout).toBe("closed\n4755\n");
    expect(lockdown).toMatchObject({
      sudo: "not-held",
      reasons: ["/usr/local/bin/doas was open until it could be closed later than the rest"],
    });
    expect(findings.filter(({ rule }) => rule.id === "guard-tamper")).toEqual([]);
  });

  test("says why nothing is given back", () => {
    using machine = new PrivateMachine();
    const { stdout } = machine.run(`
      start_watch one --disable-sudo; end_watch KILL
      chmod 755 /var/lib/runner-guard
      start_watch two; end_watch TERM; modes
      grep -o 'warning: .* not given back: .* can be entered by others' "$FOLDER/two.err"
    `);

    expect(stdout).toBe(
      "755 755 660 \nwarning: what a guard closed before is not given back: /var/lib/runner-guard can be entered by others\n",
    );
  });

  test("tells of an engine that a command of root's may use as another user", () => {
    using machine = new PrivateMachine();
    machine.run(`
      guard_run --disable-sudo --report "$FOLDER/report.json" -- setpriv --reuid 4242 --regid 4242 --init-groups -- true
    `);

    expect(readReport(machine).lockdown).toEqual({
      sudo: "disabled",
      containers: "allowed",
      reasons: [expect.stringMatching(/^the job may use a container engine/)],
    });
  });
});

function readReport({ folder }: PrivateMachine) {
  return reportSchema.parse(JSON.parse(readFileSync(join(folder, "report.json"), "utf8")));
}
