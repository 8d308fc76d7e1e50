/** A TLS server that sends as many bytes as its client asks for, in a line. Tells its parent when it listens. */
import { createServer } from "node:tls";

const [port = "", key = "", cert = ""] = process.argv.slice(2);
const CHUNK = Buffer.alloc(262_144, 7);

createServer({ key, cert }, (socket) => {
  socket.on("error", () => undefined);
  socket.once("data", (line: Buffer) => {
    let left = Number(line.toString());
    const send = (): void => {
      while (left > 0) {
        const chunk = CHUNK.subarray(0, left);
        left -= chunk.length;
        if (!socket.write(chunk)) return void socket.once("drain", send);
      }
      socket.end();
    };
    send();
  });
}).listen(Number(port), "::", () => process.send?.("listening"));
