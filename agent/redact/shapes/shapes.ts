import type { Shape } from "./shape.ts";
import { AI } from "./vendors/ai.ts";
import { CHAT } from "./vendors/chat.ts";
import { CLOUD_AWS } from "./vendors/cloud-aws.ts";
import { CLOUD_AZURE } from "./vendors/cloud-azure.ts";
import { CLOUD_GOOGLE } from "./vendors/cloud-google.ts";
import { DEVELOPER_TOOLS } from "./vendors/developer-tools.ts";
import { GITHUB } from "./vendors/github.ts";
import { GITLAB } from "./vendors/gitlab.ts";
import { HOSTING } from "./vendors/hosting.ts";
import { INFRASTRUCTURE } from "./vendors/infrastructure.ts";
import { JSON_WEB_TOKENS } from "./vendors/json-web-tokens.ts";
import { MESSAGING } from "./vendors/messaging.ts";
import { OBSERVABILITY } from "./vendors/observability.ts";
import { PACKAGE_REGISTRIES } from "./vendors/package-registries.ts";
import { PAYMENT } from "./vendors/payment.ts";

/** Of two that have an anchor in common, the narrower comes first. */
export const SHAPES: readonly Shape[] = [
  ...GITHUB,
  ...GITLAB,
  ...PACKAGE_REGISTRIES,
  ...CLOUD_AWS,
  ...CLOUD_GOOGLE,
  ...CLOUD_AZURE,
  ...CHAT,
  ...PAYMENT,
  ...MESSAGING,
  ...OBSERVABILITY,
  ...AI,
  ...HOSTING,
  ...INFRASTRUCTURE,
  ...DEVELOPER_TOOLS,
  ...JSON_WEB_TOKENS,
];
