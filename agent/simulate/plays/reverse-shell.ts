import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";

import type { Play } from "../play.ts";

/** As long as the guard has to see it. */
const OPEN_MS = 300;

export const reverseShell: Play = {
  rule: "reverse-shell",
  does: "gives a shell a connection to itself, on which nobody says anything",
  async play({ folder }) {
    const server = createServer((socket) => socket.on("error", () => undefined).resume());
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address: AddressInfo | string | null = server.address();
    if (address === null || typeof address === "string") return;
    const socket = connect(address.port, "127.0.0.1").on("error", () => undefined);
    await once(socket, "connect");
    const shell = spawn("sh", ["-i"], { cwd: folder, stdio: [socket, socket, socket] });
    const timer = setTimeout(() => shell.kill("SIGKILL"), OPEN_MS);
    await once(shell, "exit");
    clearTimeout(timer);
    socket.destroy();
    server.close();
  },
};
