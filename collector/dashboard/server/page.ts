/** What a browser is sent that is no answer of the API's. */
import type { IncomingHttpHeaders } from "node:http";

export interface Page {
  readonly status: 200 | 304 | 503;
  readonly headers: Readonly<Record<string, string>>;
  readonly content: Buffer;
}

export interface PageRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/** Undefined: it is none of the dashboard's. */
export type FindPage = (request: PageRequest) => Page | undefined;
