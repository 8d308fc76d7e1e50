import { atLeast, between, exactly, literal, type Part, type Shape } from "../shape.ts";

const OVERVIEW = "https://docs.gitlab.com/security/tokens/#token-prefixes";
/** `<payload>.<version>.<length><checksum>`, see https://handbook.gitlab.com/handbook/engineering/architecture/design-documents/cells/routable_tokens/ */
const ROUTABLE: readonly Part[] = [
  between(27, 60, "base64url"),
  literal(".01."),
  exactly(9, "lowerAlphanumeric"),
];
const PLAIN: readonly Part[] = [exactly(20, "base64url")];

function routable(id: string, name: string, prefix: string): Shape {
  return {
    kind: "token",
    id,
    name,
    source: OVERVIEW,
    anchors: [prefix],
    parts: [atLeast(20, "base64url")],
    end: "dottedBase64url",
    checksum: "gitlab",
    examples: [ROUTABLE],
  };
}

function plain(id: string, name: string, prefix: string): Shape {
  return {
    kind: "token",
    id,
    name,
    source: OVERVIEW,
    anchors: [prefix],
    parts: [atLeast(20, "base64url")],
    end: "dottedBase64url",
    examples: [PLAIN],
  };
}

export const GITLAB: readonly Shape[] = [
  {
    kind: "token",
    id: "gitlab-personal-access-token",
    name: "GitLab personal, project or group access token",
    source: OVERVIEW,
    anchors: ["glpat-"],
    parts: [atLeast(20, "base64url")],
    end: "dottedBase64url",
    checksum: "gitlab",
    examples: [ROUTABLE],
  },
  plain("gitlab-trigger-token", "GitLab pipeline trigger token", "glptt-"),
  routable("gitlab-deploy-token", "GitLab deploy token", "gldt-"),
  routable("gitlab-runner-token", "GitLab runner authentication token", "glrt-"),
  plain("gitlab-created-runner-token", "GitLab runner token of a registration", "glrtr-"),
  {
    kind: "token",
    id: "gitlab-runner-registration-token",
    name: "GitLab runner registration token",
    source: OVERVIEW,
    anchors: ["GR1348941"],
    parts: [atLeast(20, "base64url")],
  },
  {
    kind: "token",
    id: "gitlab-job-token",
    name: "GitLab CI job token",
    source: OVERVIEW,
    anchors: ["glcbt-"],
    parts: [atLeast(20, "base64url")],
    end: "dottedBase64url",
    examples: [[between(1, 5, "lowerHex"), literal("_"), exactly(20, "base64url")]],
  },
  plain("gitlab-feed-token", "GitLab feed token", "glft-"),
  plain("gitlab-scim-token", "GitLab SCIM token", "glsoat-"),
  plain("gitlab-incoming-mail-token", "GitLab incoming mail token", "glimt-"),
  plain("gitlab-feature-flags-token", "GitLab feature flags client token", "glffct-"),
  {
    kind: "token",
    id: "gitlab-agent-token",
    name: "GitLab agent for Kubernetes token",
    source: OVERVIEW,
    anchors: ["glagent-"],
    parts: [atLeast(40, "base64url")],
    end: "dottedBase64url",
  },
  {
    kind: "token",
    id: "gitlab-oauth-application-secret",
    name: "GitLab OAuth application secret",
    source: OVERVIEW,
    anchors: ["gloas-"],
    parts: [atLeast(40, "base64url")],
    examples: [[exactly(64, "base64url")]],
  },
  {
    kind: "token",
    id: "gitlab-session-cookie",
    name: "GitLab session cookie",
    source: "https://docs.gitlab.com/user/profile/#cookies-used-for-sign-in",
    anchors: ["_gitlab_session="],
    shown: [],
    parts: [exactly(32, "lowerHex")],
  },
];
