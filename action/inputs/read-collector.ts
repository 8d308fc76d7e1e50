import type { InputReader } from "./input-reader.ts";
import { quote } from "./input-reader.ts";

export interface CollectorInput {
  readonly url: string;
  /** `none`: as if no collector were named. */
  readonly auth: "oidc" | "token";
  /** Empty where GitHub vouches for the job. */
  readonly token: string;
}

export function readCollector(reader: InputReader): CollectorInput | undefined {
  const url = reader.line("collector-url");
  const auth = reader.oneOf("collector-auth", ["oidc", "token", "none"]);
  const token = reader.secret("collector-token");
  if (url === "") {
    if (token !== "") reader.refuse("collector-token", "is of no use without collector-url");
    return undefined;
  }
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? "")) {
    reader.refuse(
      "collector-url",
      `is ${quote(url)}: write an address such as https://collector.example.org`,
    );
  }
  const way = auth ?? (token === "" ? "oidc" : "token");
  if (way === "none") return undefined;
  if (way === "token" && token === "") {
    reader.refuse(
      "collector-token",
      "is empty, and collector-auth: token takes one: ${{ secrets.… }}",
    );
  }
  return { url, auth: way, token: way === "token" ? token : "" };
}
