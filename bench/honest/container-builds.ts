import { copyFileSync } from "node:fs";
import { join } from "node:path";

import { buildGenerator } from "../harness/build-generator.ts";
import { type HonestBuild, inShell, writeFiles } from "./honest-build.ts";

/** From an empty image, so that nothing is fetched; its one program needs no libc. */
const CONTAINERFILE =
  'FROM scratch\nCOPY nothing /bin/nothing\nCOPY app /app\nRUN ["/bin/nothing"]\nENV VERSION=1\nCMD ["/bin/nothing"]\n';

export const CONTAINER_BUILDS: readonly HonestBuild[] = [
  {
    name: "buildah build from scratch, push to an archive",
    needs: ["buildah", "gcc"],
    prepare(folder) {
      writeFiles(folder, { Containerfile: CONTAINERFILE, "app/index.txt": "1\n" });
      copyFileSync(buildGenerator("nothing"), join(folder, "nothing"));
      const buildah = `buildah --root ${folder}/root --runroot ${folder}/run --storage-driver vfs`;
      return inShell(
        `${buildah} bud -q --isolation chroot -t sample .`,
        `${buildah} images`,
        `${buildah} push -q sample oci-archive:${folder}/sample.tar`,
        `${buildah} rmi -a -f`,
      );
    },
  },
];
