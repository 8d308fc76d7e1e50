/**
 * `npm run build:tag`: makes the commit that a release tag names, of what the GitHub Action needs and nothing else, and says how to
 * tag it. Nothing is tagged or pushed, and no branch moves. docs/releasing.md tells of releases as a whole.
 */
import { makeTagCommit } from "./release/make-tag-commit.mjs";
import { checkoutFolder } from "./setup/checkout-folder.mjs";

const { commit, tag } = await makeTagCommit(checkoutFolder());
const [major] = tag.split(".");
console.log(`made ${commit}; now:
  git tag --sign ${tag} ${commit} --message ${tag}
  git tag --force ${major} ${tag}^{}
  git push origin ${tag} && git push --force origin ${major}`);
