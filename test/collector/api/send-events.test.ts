import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { connect } from "node:net";

import { expect, test } from "vitest";

import { sendEvents } from "../../../collector/api/send-answer.ts";

test("nothing begins for whoever went away before the answer did", async () => {
  const answered = Promise.withResolvers<ServerResponse>();
  const server = createServer((_, response) => answered.resolve(response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("it has no port");
  const client = connect(address.port, address.address);
  client.write("GET / HTTP/1.1\r\nhost: collector\r\n\r\n");
  const response = await answered.promise;
  const gone = once(response, "close");
  client.destroy();
  await gone;
  let begun = 0;
  sendEvents(response, { stream: () => void (begun += 1) });
  server.close();

  expect(begun).toBe(0);
});
