import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { reportSchema } from "../../../protocol/index.ts";
import { requires } from "../../support/requires.ts";
import { PrivateMachine } from "./private-machine.ts";

const { sudo } = requires;
const TRY_ALL = `sudo -n id -u; sg docker true < /dev/null; nc -NU /run/docker.sock < /dev/null && echo engine; grep -E "^(Groups|NoNewPrivs|CapAmb)" /proc/self/status`;

describe.skipIf(!sudo.available)(
  `a command that is started without ways to root${sudo.note}`,
  () => {
    test("does not become root by sudo, nor reach an engine by its groups", () => {
      using machine = new PrivateMachine();
      const { stdout, stderr } = machine.run(`
      becomes_root before; uses_engine before
      as_jobber_guard_run --disable-sudo --report "$FOLDER/sudo.json" -- sh -c '${TRY_ALL}'
      setpriv --reuid 4242 --regid 4242 --init-groups --inh-caps=+setgid,+dac_override --ambient-caps=+setgid,+dac_override \\
        "$GUARD" run --sensor proc --enforcement none --quiet --disable-containers --report "$FOLDER/both.json" -- sh -c '${TRY_ALL}'
    `);

      expect(stdout).toBe(
        [
          "before: root",
          "before: engine",
          "engine",
          "Groups:\t4242 4243 ",
          "CapAmb:\t0000000000000000",
          "NoNewPrivs:\t1",
          "Groups:\t4242 ",
          "CapAmb:\t0000000000000000",
          "NoNewPrivs:\t1",
          "",
        ].join("\n"),
      );
      expect(stderr).toMatch(/"no new privileges" flag is set/);
      expect(stderr).toMatch(/the job may use a container engine, which is as good as root/);
      expect(readLockdown(machine, "sudo.json")).toMatchObject({
        sudo: "disabled",
        containers: "allowed",
      });
      expect(readLockdown(machine, "both.json")).toMatchObject({
        sudo: "disabled",
        containers: "disabled",
      });
    });

    test("is held too where root hands it to another user, and the machine is as it was afterwards", () => {
      using machine = new PrivateMachine();
      const { stdout } = machine.run(`
      mkdir -p /run/user/4242; nc -lU /run/user/4242/bus & until [ -S /run/user/4242/bus ]; do sleep 0.02; done
      as="setpriv --reuid 4242 --regid 4242 --init-groups --"
      guard_run --disable-containers --report "$FOLDER/held.json" -- $as sh -c '${TRY_ALL}; stat -c %a /usr/bin/sudo'
      guard_run --disable-sudo --report "$FOLDER/kept.json" -- setpriv --clear-groups -- sh -c 'stat -c %a /usr/bin/sudo; true'
      modes; kill $!
    `);

      expect(stdout).toBe(
        [
          "Groups:\t4242 4243 ",
          "CapAmb:\t0000000000000000",
          "NoNewPrivs:\t1",
          "755",
          "755",
          "4755 4755 660 ",
          "",
        ].join("\n"),
      );
      expect(readLockdown(machine, "held.json")).toMatchObject({
        sudo: "disabled",
        containers: "disabled",
      });
      expect(readLockdown(machine, "kept.json")).toMatchObject({ sudo: "not-held" });
    });

    test("does not start where it would not be held, unless fail-on lets a guard be weaker", () => {
      using machine = new PrivateMachine();
      const { stdout, stderr } = machine.run(`
      guard_run --disable-sudo -- echo ran; echo root $?
      as_jobber_guard_run --disable-containers -- echo ran; echo group $?
      mkdir -p /run/user/4242; nc -lU /run/user/4242/bus & until [ -S /run/user/4242/bus ]; do sleep 0.02; done
      as_jobber_guard_run --disable-sudo -- echo ran; echo manager $?
      kill $!; rm /run/user/4242/bus
      cp "$(command -v sleep)" "$FOLDER/systemd"; as_jobber "$FOLDER/systemd" 30 2> /dev/null &
      until pgrep -x systemd > /dev/null; do sleep 0.02; done
      as_jobber_guard_run --disable-sudo -- echo ran; echo hidden manager $?
      RUNNER_GUARD_DISABLE_SUDO=true guard_run --fail-on finding-high --report "$FOLDER/root.json" -- echo ran; echo root $?
    `);

      expect(stdout).toBe("root 69\ngroup 69\nmanager 69\nhidden manager 69\nran\nroot 0\n");
      expect(stderr.match(/^runner-guard: .*/gm)).toEqual([
        expect.stringMatching(
          /--disable-sudo would not hold the job: the command is root itself.*; to go on with a weaker guard, give a --fail-on without degraded, such as --fail-on violation$/m,
        ),
        expect.stringMatching(/--disable-containers would not .+ is in the group docker, and the/),
        expect.stringMatching(/service manager \(\/run\/user\/4242\/bus\) starts programs outside/),
        expect.stringMatching(
          /service manager \(systemd --user, pid \d+\) starts programs outside/,
        ),
        expect.stringMatching(/warning: --disable-sudo does not hold the job: the command is root/),
      ]);
      expect(readLockdown(machine, "root.json")).toEqual({
        sudo: "not-held",
        containers: "allowed",
        reasons: expect.arrayContaining([expect.stringMatching(/^the command is root itself/)]),
      });
    });
  },
);

function readLockdown({ folder }: PrivateMachine, name: string) {
  return reportSchema.parse(JSON.parse(readFileSync(join(folder, name), "utf8"))).lockdown;
}
