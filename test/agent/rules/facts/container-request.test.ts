import { expect, test } from "vitest";

import { readContainerRequest } from "../../../../agent/rules/facts/container-request.ts";

test.each([
  ["-eA=B --privileged", ["--privileged"]],
  ["-p80:80 --privileged", ["--privileged"]],
  ["-w/x --privileged", ["--privileged"]],
  ["-tiuroot --privileged", ["--privileged"]],
  ["-it --privileged", ["--privileged"]],
  ["-e A=B --privileged", ["--privileged"]],
  ["-itv /:/host", ["--volume /:/host"]],
  ["-dv/:/host", ["--volume /:/host"]],
  ["--mount type=bind,SRC=/,dst=/host", ["--mount type=bind,SRC=/,dst=/host"]],
  ["--device /dev/disk/by-id/x", ["--device /dev/disk/by-id/x"]],
  ["--device /dev/block/8:0", ["--device /dev/block/8:0"]],
  ["-eA=B --rm -v.:/src", []],
  ["--device /dev/kvm", []],
])("docker run %s asks for %j", (options, rights) => {
  const args = ["docker", "run", ...options.split(" "), "alpine", "--privileged"];

  expect(readContainerRequest(args)).toEqual({ rights, image: "alpine" });
});

test.each(["-odevice=/", "-o=device=/"])("docker volume create %s asks for the host", (option) => {
  const args = ["docker", "volume", "create", option, "-otype=none", "x"];

  expect(readContainerRequest(args)?.rights).toEqual(["--opt device=/"]);
});
