import type { Runbooks } from "../../runbooks/runbooks.ts";
import { defineRoute } from "../define-route.ts";
import type { Route } from "../route.ts";

/** Browsers show it as it is; as Markdown they would save it. */
const CONTENT_TYPE = "text/plain; charset=utf-8";

/** For anyone: it is what the project publishes, and whoever is paged has no token at hand. */
export function createRunbookRoutes(runbooks: Runbooks): readonly Route[] {
  const common = {
    method: "GET",
    role: "anyone",
    query: {},
    answers: { 200: "The page" },
    otherContent: { type: "text/plain", summary: "In Markdown" },
  } as const;
  return [
    defineRoute({
      ...common,
      path: "/runbooks",
      summary: "What to do about incidents, whatever their rule.",
      answer: () => ({ status: 200, text: runbooks.find(""), contentType: CONTENT_TYPE }),
    }),
    defineRoute({
      ...common,
      path: "/runbooks/{rule}",
      summary:
        "What to do about incidents of a rule; of one without a page of its own, whatever the rule.",
      parameters: { rule: "The rule's id" },
      answer: ({ parameters: { rule = "" } }) => ({
        status: 200,
        text: runbooks.find(rule),
        contentType: CONTENT_TYPE,
      }),
    }),
  ];
}
