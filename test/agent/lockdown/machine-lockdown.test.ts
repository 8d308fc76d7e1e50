import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { reportSchema } from "../../../protocol/index.ts";
import { requires } from "../../support/requires.ts";
import { PrivateMachine } from "./private-machine.ts";

const { sudo } = requires;
const OPEN = "4755 4755 660 ";
const CLOSED = "755 755 600 ";

describe.skipIf(!sudo.available)(
  `a machine that is watched without ways to root${sudo.note}`,
  () => {
    test("closes them for processes that run already, tells who opens them again, and gives them back", () => {
      using machine = new PrivateMachine();
      const { stdout, stderr } = machine.run(`
      as_jobber bash -c 'read -r; sudo -n true || echo old shell: not root; nc -NU /run/docker.sock < /dev/null || echo old shell: no engine' \
        < <(until grep -q ready: "$FOLDER/one.err" 2> /dev/null; do sleep 0.05; done; echo) &
      shell=$!
      becomes_root before; uses_engine before; modes
      setpriv --reuid 4242 --regid 4242 --init-groups nc -U /run/docker.sock < <(exec sleep 30 2> /dev/null) &
      connection=$!
      until grep -q ' 03 [0-9]* /run/docker.sock' /proc/net/unix; do sleep 0.02; done
      setpriv --reuid 4242 --regid 4242 --init-groups bash -c 'sudo -n sh -c "echo \\$\\$ > $FOLDER/helper; exec sleep 30"; true' 2> /dev/null &
      until [ -s "$FOLDER/helper" ]; do sleep 0.02; done
      start_watch one --disable-containers --report "$FOLDER/report.json"
      wait $shell
      modes; stat -c '%a %U' /var/lib/runner-guard /var/lib/runner-guard/lockdown.json
      setpriv --reuid jobber --clear-groups true && sudo -u jobber id -un
      chmod 666 /run/docker.sock; chmod 4755 /usr/bin/sudo
      until [ "$(modes)" = "${CLOSED}" ]; do sleep 0.05; done
      end_watch TERM; kill $connection
      becomes_root after; uses_engine after; modes
      ls /var/lib/runner-guard
      grep -o 'sudo disabled, containers disabled' "$FOLDER/one.err"
    `);
      const report = reportSchema.parse(
        JSON.parse(readFileSync(join(machine.folder, "report.json"), "utf8")),
      );

      expect(stdout.split("\n")).toEqual([
        "before: root",
        "before: engine",
        OPEN,
        "old shell: not root",
        "old shell: no engine",
        CLOSED,
        "700 root",
        "600 root",
        "jobber",
        "after: root",
        "after: engine",
        OPEN,
        "holders",
        "lock",
        "sudo disabled, containers disabled",
        "",
      ]);
      expect(stderr).toMatch(/sudo must be owned by uid 0 and have the setuid bit set/);
      expect(report.lockdown).toMatchObject({
        sudo: "disabled",
        containers: "disabled",
        reasons: expect.arrayContaining([
          "connections to /run/docker.sock that were open before go on: 1",
          expect.stringMatching(
            /^sudo \(pid \d+\) became root before, for a user, and stays root$/,
          ),
        ]),
      });
      expect(report.posture?.failed.map(({ id }) => id)).toContain("run-as-root");
      expect(report.findings.map(({ rule, message }) => [rule.id, message])).toEqual(
        expect.arrayContaining(
          ["/usr/bin/sudo", "/run/docker.sock"].map((path) => [
            "guard-tamper",
            `${path} was opened again to others than root, and is closed`,
          ]),
        ),
      );
    });

    test("stays closed when its guard is killed, and until the last of several ends", () => {
      using machine = new PrivateMachine();
      const { stdout } = machine.run(`
      start_watch one --disable-containers; end_watch KILL; modes
      start_watch two --disable-sudo; second=$guard
      start_watch three; end_watch TERM; modes
      start_watch four --disable-containers; end_watch TERM; modes
      guard=$second; end_watch TERM; modes; ls /var/lib/runner-guard
    `);

      expect(stdout.split("\n")).toEqual([CLOSED, CLOSED, CLOSED, OPEN, "holders", "lock", ""]);
    });

    test("is left as it is where a guard died before it changed anything, or somebody put another file there", () => {
      using machine = new PrivateMachine();
      const { stdout } = machine.run(`
      start_watch one --disable-sudo; end_watch KILL; modes
      cp /var/lib/runner-guard/lockdown.json "$FOLDER/record"
      start_watch two; end_watch TERM; modes
      cp "$FOLDER/record" /var/lib/runner-guard/lockdown.json; chmod 600 /var/lib/runner-guard/lockdown.json
      start_watch three; end_watch TERM; modes
      start_watch four --disable-sudo
      cp /usr/bin/true /usr/bin/su.new; mv /usr/bin/su.new /usr/bin/su
      end_watch TERM; modes
    `);

      expect(stdout.split("\n")).toEqual(["755 755 660 ", OPEN, OPEN, "4755 755 660 ", ""]);
    });

    test("is closed and given back by guards that come and go beside each other", () => {
      using machine = new PrivateMachine();
      const { stdout } = machine.run(`
      for index in 1 2 3; do "$NODE" "$SHARING" & guards="$guards $!"; done
      wait $guards; modes; ls /var/lib/runner-guard
    `);

      expect(stdout.split("\n").toSorted()).toEqual(
        ["always closed", "always closed", "always closed", OPEN, "holders", "lock", ""].toSorted(),
      );
    });

    test("is not touched where what is to be given back could be anybody's, or the guard is not root", () => {
      using machine = new PrivateMachine();
      const { stdout } = machine.run(`
      mkdir -m 700 /var/lib/elsewhere; chown jobber /var/lib/elsewhere; ln -s elsewhere /var/lib/runner-guard
      start_watch link --disable-sudo; wait $guard; echo $?; grep -o 'runner-guard is a link, or no directory' "$FOLDER/link.err"
      rm /var/lib/runner-guard; mkdir -m 755 /var/lib/runner-guard
      start_watch open --disable-sudo; wait $guard; echo $?; grep -o 'can be entered by others' "$FOLDER/open.err"
      chmod 700 /var/lib/runner-guard
      for option in ro nr_inodes=3; do
        mount -t tmpfs -o mode=700,$option record /var/lib/runner-guard
        start_watch $option --disable-sudo; wait $guard; echo $?; grep -oE 'EROFS|ENOSPC' "$FOLDER/$option.err"
        umount /var/lib/runner-guard
      done
      mkdir /run/jobber; chown jobber /run/jobber
      as_jobber "$GUARD" watch --sensor proc --enforcement none --job-log none --state-dir /run/jobber/state --disable-sudo 2> "$FOLDER/user.err"; echo $?
      grep -o 'it takes a guard that is root' "$FOLDER/user.err"
      ls /var/lib/elsewhere; modes
    `);

      expect(stdout.split("\n")).toEqual([
        "69",
        "runner-guard is a link, or no directory",
        "69",
        "can be entered by others",
        "69",
        "EROFS",
        "69",
        "ENOSPC",
        "69",
        "it takes a guard that is root",
        OPEN,
        "",
      ]);
    });
  },
);
