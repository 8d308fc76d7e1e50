import { atLeast, exactly, type Shape } from "../shape.ts";

const IDENTIFIERS =
  "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes";
const CREDENTIALS =
  "https://docs.aws.amazon.com/sdkref/latest/guide/feature-static-credentials.html";

export const CLOUD_AWS: readonly Shape[] = [
  {
    kind: "aws-access-key",
    id: "aws-access-key-id",
    name: "AWS access key",
    source: IDENTIFIERS,
    anchors: ["AKIA", "ASIA", "ABIA", "ACCA"],
    parts: [exactly(16, "base32")],
  },
  {
    kind: "named",
    id: "aws-secret-access-key",
    name: "AWS secret access key",
    source: CREDENTIALS,
    anchors: [
      "secret_access_key",
      "secretaccesskey",
      "secret-access-key",
      "aws_secret_key",
      "awssecretkey",
    ],
    parts: [exactly(40, "base64")],
    end: "exact",
  },
  {
    kind: "named",
    id: "aws-session-token",
    name: "AWS session token",
    source: CREDENTIALS,
    anchors: ["session_token", "sessiontoken", "x-amz-security-token", "aws_security_token"],
    parts: [atLeast(100, "percentBase64")],
  },
  {
    kind: "token",
    id: "aws-session-token-alone",
    name: "AWS session token",
    source: CREDENTIALS,
    // base64 of what such tokens begin with: `!\n\norigin_ec` and `\x16\n\x04aws\x12`.
    anchors: ["IQoJb3JpZ2luX2Vj", "FwoGZXIvYXdzE"],
    parts: [atLeast(80, "percentBase64")],
    examples: [[exactly(340, "base64")]],
  },
  {
    kind: "named",
    id: "aws-request-signature",
    name: "AWS request signature",
    source: "https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html",
    anchors: ["x-amz-signature"],
    parts: [exactly(64, "lowerHex")],
    end: "exact",
  },
  {
    kind: "token",
    id: "aws-bedrock-api-key",
    name: "Amazon Bedrock API key",
    source: "https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html",
    // base64 of "BedrockAPIKey-" and of "bedrock.amazonaws.com/?Action=CallWithBearerToken".
    anchors: ["ABSKQmVkcm9ja0FQSUtleS", "api-key-YmVkcm9jay5"],
    parts: [atLeast(80, "base64")],
    examples: [[exactly(110, "base64")]],
  },
];
