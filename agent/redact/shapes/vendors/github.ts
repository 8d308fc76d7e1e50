import { atLeast, between, exactly, literal, type Shape } from "../shape.ts";

const FORMATS =
  "https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/";
/** Installation tokens are `ghs_<app>_<JWT>` since 2026, of about 520 characters; user tokens are to follow. */
const LONG_FORMAT =
  "https://github.blog/changelog/2026-04-24-notice-about-upcoming-new-format-for-github-app-installation-tokens/";
const SHORT_BODY = [exactly(36, "alphanumeric")] as const;
const LONG_BODY = [
  between(6, 7, "digit"),
  literal("_eyJhbGciOiJSUzI1NiIs"),
  exactly(40, "base64url"),
  literal("."),
  between(120, 160, "base64url"),
  literal("."),
  exactly(342, "base64url"),
] as const;

export const GITHUB: readonly Shape[] = [
  {
    kind: "token",
    id: "github-personal-access-token",
    name: "GitHub personal access token (classic)",
    source: FORMATS,
    anchors: ["ghp_"],
    parts: SHORT_BODY,
    checksum: "github",
  },
  {
    kind: "token",
    id: "github-oauth-token",
    name: "GitHub OAuth access token",
    source: FORMATS,
    anchors: ["gho_"],
    parts: SHORT_BODY,
    checksum: "github",
  },
  {
    kind: "token",
    id: "github-user-token",
    name: "GitHub App user-to-server token",
    source: FORMATS,
    anchors: ["ghu_"],
    parts: [atLeast(36, "base64url")],
    end: "dottedBase64url",
    checksum: "github",
    examples: [[exactly(36, "alphanumeric")]],
  },
  {
    kind: "token",
    id: "github-installation-token",
    name: "GitHub App installation token",
    source: LONG_FORMAT,
    anchors: ["ghs_"],
    parts: [atLeast(36, "base64url")],
    end: "dottedBase64url",
    checksum: "github",
    examples: [[exactly(36, "alphanumeric")], LONG_BODY],
  },
  {
    kind: "token",
    id: "github-refresh-token",
    name: "GitHub App refresh token",
    source: FORMATS,
    anchors: ["ghr_"],
    parts: [atLeast(36, "alphanumeric")],
    examples: [[exactly(76, "alphanumeric")]],
  },
  {
    kind: "token",
    id: "github-fine-grained-token",
    name: "GitHub fine-grained personal access token",
    source:
      "https://github.blog/changelog/2022-10-18-introducing-fine-grained-personal-access-tokens/",
    anchors: ["github_pat_"],
    parts: [atLeast(36, "word")],
    examples: [[exactly(22, "alphanumeric"), literal("_"), exactly(59, "alphanumeric")]],
  },
];
