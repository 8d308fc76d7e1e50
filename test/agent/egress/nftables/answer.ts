/**
 * Answers every connection on some ports, and every datagram to some addresses, with one word, so that a test knows who it
 * reached. A datagram socket of all addresses would answer from another one than was asked.
 */
import { createSocket } from "node:dgram";
import { createServer, isIPv6 } from "node:net";

const [, , word = "", addresses = "", ...ports] = process.argv;

let waiting = 0;
function ready(): void {
  waiting -= 1;
  if (waiting === 0) process.stdout.write("ready\n");
}

for (const text of ports) {
  const port = Number(text);
  waiting += 1;
  // A connection stays open and answers each message, until the other end closes it.
  createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.on("data", () => socket.write(word));
  }).listen(port, "::", ready);
  for (const address of addresses.split(",")) {
    waiting += 1;
    const server = createSocket(isIPv6(address) ? "udp6" : "udp4");
    server.on("message", (_, from) => server.send(word, from.port, from.address));
    server.bind(port, address, ready);
  }
}
