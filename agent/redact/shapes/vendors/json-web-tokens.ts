import type { Shape } from "../shape.ts";

export const JSON_WEB_TOKENS: readonly Shape[] = [
  {
    kind: "json-web-token",
    id: "json-web-token",
    name: "JSON Web Token",
    source: "https://www.rfc-editor.org/rfc/rfc7519",
    anchors: [
      // `{"alg"`
      { literal: "eyJhbGci" },
      // `{"`, `{ "` and `{` on a line of its own.
      { literal: "eyJ", notAfter: "base64url" },
      { literal: "eyAi", notAfter: "base64url" },
      { literal: "ewog", notAfter: "base64url" },
    ],
  },
];
