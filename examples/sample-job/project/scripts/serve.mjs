/** Serves on both loopback addresses, prints their URLs as JSON, and ends with its standard input. */
import { once } from "node:events";
import { createServer } from "node:http";

const urls = [];
const servers = [];
for (const host of ["127.0.0.1", "::1"]) {
  const server = createServer((request, response) => {
    response.end(`hello from ${request.socket.localAddress}\n`);
  });
  try {
    await once(server.listen(0, host), "listening");
    const { port } = server.address();
    urls.push(host.includes(":") ? `http://[${host}]:${port}/` : `http://${host}:${port}/`);
    servers.push(server);
  } catch {
    // A machine without IPv6: the list of URLs is shorter, which says so.
  }
}
process.stdout.write(`${JSON.stringify(urls)}\n`);

process.stdin.resume();
await once(process.stdin, "end");
for (const server of servers) server.close();
