export const AS_GOOD_AS_ROOT =
  "the job may use a container engine, which is as good as root: --disable-containers takes that too";
export const ENGINE_PORT = "a container engine listens on port 2375, for everybody";
