/** In a pod everybody is the job's but the runner. Those that the guard came from may ask it to end, and nobody else there. */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { buildProgram } from "../../../support/build-program.ts";
import { requires } from "../../../support/requires.ts";
import { type Starter, startStarter } from "./support/starter.ts";

const { bpf, netns } = requires;
const available = bpf.available && netns.available;
const GUARD = join(import.meta.dirname, "support/guard-of-own-pod.ts");
const MEMORY_ACCESS = buildProgram("memory-access");
const LAST_PID = "/proc/sys/kernel/ns_last_pid";
const KILLED = "137";

/** Shells that are told what to do: the first process, or one below it, from which the guard came. */
async function startPod({ nested = false } = {}): Promise<Starter> {
  const numbers = ["--pid", "--fork", "--mount-proc", "--kill-child"];
  const pod = await startStarter(["/usr/bin/unshare", ...numbers]);
  const said = "place=$(mktemp -d); mkfifo $place/said; exec 9<>$place/said; rm -r $place";
  await pod.ask(`${said}; echo made`);
  if (nested) await pod.ask("/bin/sh -c 'echo nested; exec /bin/sh'; echo $?");
  await pod.ask(`${process.execPath} ${GUARD} >&9 & guard=$!; read line <&9; echo $line`);
  return pod;
}

describe.skipIf(!available)(`a signal at the guard of a pod${bpf.note}${netns.note}`, () => {
  test("by the shell that started it ends it, and not the shell", async () => {
    await using pod = await startPod();
    expect(await pod.ask("kill $guard; wait $guard; echo $?")).toBe("0");
    expect(await pod.ask("read line <&9; echo $line")).toBe("told SIGTERM alive");
  });

  test("by somebody further up does so too, of whatever kind the signal is", async () => {
    await using pod = await startPod({ nested: true });
    const guard = await pod.ask("echo $guard");
    expect(await pod.ask("exit 3")).toBe("3");
    expect(await pod.ask(`kill -USR2 ${guard}; echo $?`)).toBe("0");
  });

  test("by what such a shell starts later ends who sends it", async () => {
    await using pod = await startPod();
    expect(await pod.ask("/bin/kill -USR2 $guard; echo $?")).toBe(KILLED);
    expect(await pod.ask("(kill -TERM $guard); echo $?")).toBe(KILLED);
    expect(await pod.ask("kill -0 $guard; echo $?")).toBe("0");
  });

  test("by an orphan that such a shell takes in ends the orphan", async () => {
    await using pod = await startPod();
    const parent = "read -r line </proc/$$/stat; set -- $line; [ $4 != 1 ]";
    const waits = `while ${parent}; do :; done; echo orphan; kill -USR2 $0; echo alive`;
    expect(await pod.ask(`echo $( (/bin/sh -c '${waits}' $guard &) )`)).toBe("orphan");
  });

  test("by another program in the place of one that the guard came from ends it", async () => {
    await using pod = await startPod({ nested: true });
    const guard = await pod.ask("echo $guard");
    expect(await pod.ask(`exec /bin/sh -c 'kill -USR2 ${guard}; echo alive'`)).toBe(KILLED);
  });

  test.skipIf(!existsSync(LAST_PID))(
    "by a process with the number of one that the guard came from ends it",
    async () => {
      await using pod = await startPod({ nested: true });
      const [guard, number] = (await pod.ask("echo $guard $$")).split(" ");
      await pod.ask("exit 0");
      const job = `/bin/sh -c 'echo $$; kill -USR2 ${guard}; echo alive'`;
      const asked = `echo ${Number(number) - 1} >${LAST_PID}; ${job}; echo $?`;
      expect([await pod.ask(asked), await pod.ask("echo next")]).toEqual([number, KILLED]);
    },
  );
});

describe.skipIf(!available)(`a process that the guard came from${bpf.note}${netns.note}`, () => {
  test.for(["seize", "mem-write", "process-vm-writev"])(
    "is not reached into by %s",
    async (way) => {
      await using pod = await startPod();
      expect(await pod.ask(`${MEMORY_ACCESS} ${way} 1 >/dev/null; echo $?`)).toBe(KILLED);
    },
  );

  test("may look at itself, and so may others at others", async () => {
    await using pod = await startPod();
    expect(await pod.ask(": </proc/$$/mem; echo alive")).toBe("alive");
    expect(await pod.ask(`sleep 60 & ${MEMORY_ACCESS} mem $! >/dev/null; echo $?; kill $!`)).toBe(
      "0",
    );
  });
});
