/** The world that cases find: servers on loopback, and somebody outside of the job. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { createInterface } from "node:readline";

import { buildProgram } from "../build-program.ts";

export interface Setting extends AsyncDisposable {
  /**
   * RG_HTTP: `http://127.0.0.1:PORT`; /hello.sh is a shell script that prints `hello`, /hello.b64 the same in base64, every other path its
   * own name. RG_TCP_HOST and RG_TCP_PORT: takes what it is sent, and answers nothing. RG_OUTSIDER: the pid of a process that the job did not start,
   * and RG_SECRET_AT where in its memory 64 bytes of text are, in hex with 0x.
   */
  readonly env: Readonly<Record<string, string>>;
}

const SCRIPT = "echo hello\n";

export async function openSetting(): Promise<Setting> {
  const http = createHttpServer((request, response) => {
    if (request.url === "/hello.sh") return response.end(SCRIPT);
    if (request.url === "/hello.b64") return response.end(Buffer.from(SCRIPT).toString("base64"));
    return response.end(`${request.url}\n`);
  });
  const sockets = new Set<Socket>();
  const tcp = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    socket.resume();
  });
  const [httpPort, tcpPort] = [await listen(http), await listen(tcp)];
  const outsider = spawn(buildProgram("hold-secret"), { stdio: ["ignore", "pipe", "inherit"] });
  const [secretAt] = await once(createInterface(outsider.stdout), "line");
  return {
    env: {
      RG_HTTP: `http://127.0.0.1:${httpPort}`,
      RG_TCP_HOST: "127.0.0.1",
      RG_TCP_PORT: String(tcpPort),
      RG_OUTSIDER: String(outsider.pid),
      RG_SECRET_AT: String(secretAt),
    },
    async [Symbol.asyncDispose]() {
      outsider.kill("SIGKILL");
      for (const socket of sockets) socket.destroy();
      http.closeAllConnections();
      http.close();
      tcp.close();
      await Promise.all([once(http, "close"), once(tcp, "close")]);
    },
  };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
