/** Written by scripts/generate-policy-shape.ts from protocol/policy.ts: `npm run schema` writes it anew. */
import type { Shape } from "./shape.ts";

/** Without rules of the policy's own, whose conditions are a schema's to read. */
export const POLICY_SHAPE: Shape = {
  type: "members",
  members: {
    version: { of: { type: "whole", min: 1, max: 1 }, isRequired: true },
    egress: {
      of: {
        type: "members",
        members: {
          mode: { of: { type: "word", words: ["audit", "block"] }, default: "audit" },
          dns: { of: { type: "word", words: ["allowed-names", "any"] }, default: "allowed-names" },
          allow: {
            of: { type: "list", of: { type: "text", min: 1, max: 300 }, max: 10000 },
            default: [],
          },
          deny: {
            of: { type: "list", of: { type: "text", min: 1, max: 300 }, max: 10000 },
            default: [],
          },
          sni: { of: { type: "word", words: ["off", "verify"] }, default: "off" },
          "on-guard-death": { of: { type: "word", words: ["closed", "open"] }, default: "closed" },
          "network-admin": {
            of: { type: "word", words: ["withhold", "keep"] },
            default: "withhold",
          },
        },
      },
    },
    files: {
      of: {
        type: "members",
        members: {
          protect: {
            of: { type: "list", of: { type: "text", min: 1, max: 4096 }, max: 10000 },
            default: ["**/.git/hooks/**", "**/.github/workflows/**"],
          },
        },
      },
      default: {},
    },
    rules: {
      of: {
        type: "named",
        of: {
          type: "either",
          of: [
            { type: "word", words: ["off"] },
            {
              type: "either",
              of: [
                { type: "word", words: ["off"] },
                {
                  type: "members",
                  members: {
                    severity: {
                      of: { type: "word", words: ["info", "low", "medium", "high", "critical"] },
                    },
                    response: {
                      of: {
                        type: "word",
                        words: ["report", "kill-process", "kill-job", "quarantine-pod", "kill-pod"],
                      },
                    },
                  },
                },
              ],
            },
          ],
        },
      },
      default: {},
    },
    responses: {
      of: {
        type: "members",
        members: {
          "never-kill": {
            of: { type: "list", of: { type: "text", min: 1, max: 4096 }, max: 10000 },
            default: [],
          },
          "max-kills-per-minute": { of: { type: "whole", min: 0, max: 1000 }, default: 5 },
        },
      },
      default: {},
    },
    lockdown: {
      of: {
        type: "members",
        members: {
          sudo: { of: { type: "flag" }, default: false },
          containers: { of: { type: "flag" }, default: false },
        },
      },
      default: {},
    },
    secrets: {
      of: {
        type: "members",
        members: {
          environment: {
            of: { type: "list", of: { type: "text", min: 1, max: 4096 }, max: 10000 },
            default: ["*TOKEN*", "*SECRET*", "*PASSWORD*", "*_KEY"],
          },
        },
      },
      default: {},
    },
    "fail-on": {
      of: {
        type: "list",
        of: { type: "word", words: ["violation", "degraded", "finding-high"] },
        max: 3,
      },
    },
  },
};
