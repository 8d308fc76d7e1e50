/** Asks a guard without pause, so that no other of its user is heard: `node keep-busy.mjs SOCKET`. */
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

const [path = ""] = process.argv.slice(2);
const PAUSE_EACH = 5;
const PAUSE_MS = 10;

for (let count = 1; ; count += 1) {
  const socket = connect(path);
  socket.on("error", () => undefined);
  socket.resume();
  socket.write('{"command":"status"}\n');
  await once(socket, "close");
  // The machine is to do something else as well.
  if (count % PAUSE_EACH === 0) await wait(PAUSE_MS);
}
