import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { createServer, connect } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import { findProgram } from "./find-program.ts";
import { type LocalServer, writeFiles } from "./honest-build.ts";

const READY_WITHIN_MS = 5_000;

/** A server of its own keys, which knows the key `deploy-key` and has the empty repository `library.git` in the folder. */
export async function serveGitOverSsh(folder: string): Promise<LocalServer> {
  for (const name of ["host-key", "deploy-key"]) {
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(folder, name)]);
  }
  execFileSync("git", ["init", "-q", "--bare", "-b", "main", join(folder, "library.git")]);
  // Where sshd gives up its rights; packages make it when the machine starts.
  mkdirSync("/run/sshd", { recursive: true });
  const port = await findFreePort();
  const settings = [
    `ListenAddress 127.0.0.1:${port}`,
    `HostKey ${folder}/host-key`,
    `AuthorizedKeysFile ${folder}/deploy-key.pub`,
    `PidFile ${folder}/sshd.pid`,
    `AllowUsers ${userInfo().username}`,
    "PermitRootLogin prohibit-password",
    "PasswordAuthentication no",
    "StrictModes no",
    "UsePAM no",
  ];
  writeFiles(folder, { "sshd-config": `${settings.join("\n")}\n` });
  const sshd = findProgram("sshd") ?? "/usr/sbin/sshd";
  const child = spawn(sshd, ["-D", "-e", "-f", join(folder, "sshd-config")], { stdio: "ignore" });
  const ended = once(child, "exit");
  await waitUntilListening(port);
  return {
    port,
    async [Symbol.asyncDispose]() {
      child.kill();
      await ended;
    },
  };
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return address !== null && typeof address === "object" ? address.port : 0;
}

async function waitUntilListening(port: number): Promise<void> {
  for (const deadline = Date.now() + READY_WITHIN_MS; Date.now() < deadline; await wait(20)) {
    const socket = connect(port, "127.0.0.1");
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    });
    socket.destroy();
    if (isOpen) return;
  }
  throw new Error("sshd does not listen");
}
