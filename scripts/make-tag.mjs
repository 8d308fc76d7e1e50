/**
 * `npm run build:tag`: makes the commit that a release tag names, of what the GitHub Action needs and nothing else, and says how to
 * tag it. Nothing is tagged or pushed, and no branch moves. docs/releasing.md tells of releases as a whole.
 *
 * It refuses a commit whose image was not tried, but for --untried-image.
 */
import { parseArgs } from "node:util";

import { wasTested } from "./image/tested-commit.mjs";
import { makeTagCommit } from "./release/make-tag-commit.mjs";
import { checkoutFolder } from "./setup/checkout-folder.mjs";

const root = checkoutFolder();
const { values } = parseArgs({ options: { "untried-image": { type: "boolean", default: false } } });
if (values["untried-image"] || wasTested(root)) {
  const { commit, tag } = await makeTagCommit(root);
  const [major] = tag.split(".");
  console.log(`made ${commit}; now:
  git tag --sign ${tag} ${commit} --message ${tag}
  git tag --force ${major} ${tag}^{}
  git push origin ${tag} && git push --force origin ${major}
Without a key to sign with: --annotate in place of --sign.`);
} else {
  console.error(
    "no tag was made, since the image of this commit was not tried: npm run test:image does, on a checkout without changes. --untried-image makes the tag all the same",
  );
  process.exitCode = 1;
}
