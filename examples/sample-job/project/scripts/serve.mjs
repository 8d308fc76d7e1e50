/** Serves on both loopback addresses, prints their URLs as JSON, and ends with its standard input. */
import { once } from "node:events";
import { createServer } from "node:http";

const server = createServer((request, response) => {
  response.end(`hello from ${request.socket.localAddress}\n`);
});

const second = createServer(server.listeners("request")[0]);
const urls = [];
for (const [listener, address] of [
  [server, "127.0.0.1"],
  [second, "::1"],
]) {
  try {
    listener.listen(0, address);
    await once(listener, "listening");
    const host = address.includes(":") ? `[${address}]` : address;
    urls.push(`http://${host}:${listener.address().port}/`);
  } catch {
    // A machine without IPv6: the list of URLs is shorter, which says so.
  }
}
process.stdout.write(`${JSON.stringify(urls)}\n`);

process.stdin.resume();
await once(process.stdin, "end");
server.close();
second.close();
