import { once } from "node:events";
import { connect, createServer } from "node:net";
import { join } from "node:path";

import type { Play } from "../play.ts";

export const containerEscape: Play = {
  rule: "container-escape",
  does: "asks a container engine's socket, which it made itself, for a container",
  async play({ folder }) {
    const path = join(folder, "docker.sock");
    const server = createServer((socket) => socket.resume()).listen(path);
    await once(server, "listening");
    const client = connect(path);
    await once(client, "connect");
    client.end("POST /containers/create HTTP/1.1\r\n\r\n");
    await once(client, "close");
    server.close();
  },
};
