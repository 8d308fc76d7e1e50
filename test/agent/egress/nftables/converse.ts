/** Opens a connection, and prints what comes back for each line that it is given; or how the connection ended. */
import { connect } from "node:net";

const [, , host = "", port = "", localPort = ""] = process.argv;
const socket = connect({ host, port: Number(port), localPort: Number(localPort) });
socket.on("connect", () => socket.write("hello"));
socket.on("data", (data) => process.stdout.write(`${data.toString()}\n`));
socket.on("error", (error) =>
  process.stdout.write(`${"code" in error ? String(error.code) : ""}\n`),
);
process.on("SIGUSR1", () => socket.write("again"));
