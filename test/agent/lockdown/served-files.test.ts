/** Where the guard looks for engines and programs, a job may have a file system that it serves itself, and that never answers the guard. */
import { describe, expect, test } from "vitest";

import { buildProgram } from "../../support/build-program.ts";
import { requires } from "../../support/requires.ts";
import { PrivateMachine } from "./private-machine.ts";

const { sudo, fuse } = requires;
const note = sudo.note || fuse.note;
const OPENS_AND_WAITS = `chmod 4755 /usr/bin/sudo
for time in $(seq 60); do
  [ "$(stat -c %a /usr/bin/sudo)" = 755 ] && echo closed again && break
  sleep 0.1
done`;

describe.skipIf(note !== "")(`a lockdown beside files that the job serves${note}`, () => {
  test.each(["/run/user/4242", "/opt/bin", "/opt"])("goes on where these are at %s", (place) => {
    using machine = new PrivateMachine();
    const { stdout } = machine.run(`
      mount -t tmpfs opt /opt
      mkdir -p /run/user/4242 /opt/bin
      guard_run --disable-containers -- setpriv --clear-groups -- \\
        ${buildProgram("serve-files")} ${place} /dev/null sh -c '${OPENS_AND_WAITS}'
    `);

    expect(stdout).toBe("closed again\n");
  });
});
