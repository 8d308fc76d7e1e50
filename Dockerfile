# Runner Guard: the agent and the collector in one image, by the name of the command. docs/image.md says how to build, run and check it.
#   docker build --build-arg NODE_IMAGE=docker.io/library/node:24-bookworm-slim@sha256:… --tag runner-guard .

ARG NODE_IMAGE=docker.io/library/node:24-bookworm-slim

# What compiles the kernel sensor's programs, and what the image takes of Debian's packages.
FROM ${NODE_IMAGE} AS tools
# Other mirrors than the base's own, as http://deb.debian.org/debian and http://deb.debian.org/debian-security.
ARG DEBIAN_MIRROR=
ARG DEBIAN_SECURITY_MIRROR=
RUN set -eu; \
    lists=$(find /etc/apt -name '*.sources' -o -name 'sources.list'); \
    if [ -n "$DEBIAN_SECURITY_MIRROR" ]; then sed -i "s|http://deb.debian.org/debian-security|$DEBIAN_SECURITY_MIRROR|" $lists; fi; \
    if [ -n "$DEBIAN_MIRROR" ]; then sed -i "s|http://deb.debian.org/debian\b\([^-]\|$\)|$DEBIAN_MIRROR\1|" $lists; fi; \
    apt-get update; \
    apt-get install --yes --no-install-recommends clang libbpf-dev libbpf1 libc6-dev llvm nftables; \
    rm -rf /var/lib/apt/lists/*

FROM tools AS dependencies
# Of another registry, and of certificates that a network of your own takes besides: a path in the base image.
ARG NPM_CONFIG_REGISTRY=
ARG NODE_EXTRA_CA_CERTS=
WORKDIR /src
COPY package.json package-lock.json ./
RUN set -eu; \
    if [ -z "$NPM_CONFIG_REGISTRY" ]; then unset NPM_CONFIG_REGISTRY; fi; \
    npm ci --ignore-scripts --no-audit --no-fund

FROM dependencies AS build
COPY . .
RUN node scripts/build-release.mjs && node scripts/image/root/assemble-root.mjs dist /image

# Nothing but what the guard and the collector need: no shell, no package manager, no program with rights of its own.
FROM scratch
COPY --from=build /image/ /
ENV PATH=/usr/local/bin:/usr/sbin:/usr/bin
# The collector's. The guard is started as root with the capabilities of deploy/image/capabilities.json, and no other.
USER 65532:65532
WORKDIR /
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 CMD ["/usr/local/bin/runner-guard-health"]
CMD ["runner-guard", "--help"]
ARG VERSION=
ARG REVISION=
ARG CREATED=
LABEL org.opencontainers.image.title="Runner Guard" \
      org.opencontainers.image.description="Runtime security for CI runners: the agent and its collector" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.base.name="docker.io/library/node:24-bookworm-slim"
