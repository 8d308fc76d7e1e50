import type { ServerResponse } from "node:http";

import type { Page } from "../dashboard/server/page.ts";

/** Files of the dashboard: they are not the API's, and `/openapi.json` does not have them. */
export function sendPage(response: ServerResponse, { status, headers, content }: Page): void {
  const length = status === 304 ? {} : { "content-length": String(content.byteLength) };
  response.writeHead(status, { ...headers, ...length });
  // Node.js leaves the content out for HEAD.
  response.end(content);
}
