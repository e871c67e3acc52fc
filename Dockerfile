# The image of linesman: docs/OPERATING.md says how to run it. Needs nothing newer than Docker 20.10, or podman.
#   docker build -t linesman --build-arg REVISION="$(git rev-parse HEAD)" .

# 1. Everything is compiled here, and nothing of it stays but what the last stage copies.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No package may run code of its own here: all that we use come without something to compile.
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY patterns patterns
COPY test/tools test/tools
RUN node test/tools/build.ts
# What runs, listed (CycloneDX), and without the types and maps that only editors read.
RUN npm sbom --omit=dev --sbom-format=cyclonedx --sbom-type=application > sbom.cdx.json \
 && npm prune --omit=dev --ignore-scripts \
 && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete

# 2. What runs.
FROM node:24-bookworm-slim
# redis-server: linesman starts it by itself where there is no REDIS_URL. tini: a process 1 that passes signals on, so that
# Ctrl-C ends `docker run IMAGE replay` too. npm and its kin are not needed any more, and scanners find their flaws.
RUN apt-get update \
 && apt-get install -y --no-install-recommends redis-server tini \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/*-old /var/log/* /etc/redis /var/lib/redis \
 && rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn* \
      /usr/local/bin/yarn /usr/local/bin/yarnpkg \
 && mkdir /data /logs \
 && chown 1000:1000 /data \
 && ln -s /app/dist/main.js /usr/local/bin/linesman
COPY deploy/linesman-health /usr/local/bin/
WORKDIR /app
COPY package.json LICENSE ./
COPY docs/CONFIG.md docs/ERRORS.md docs/PATTERNS.md docs/
COPY patterns patterns
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/sbom.cdx.json ./
COPY --from=build /app/dist dist

# A folder, so that a volume mounted over it takes its owner. Without a volume of a name each container begins anew.
VOLUME /data
ENV NODE_ENV=production \
    LINESMAN_DATA=/data \
    LINESMAN_LOGS=/logs/*.log \
    LINESMAN_HTTP=0.0.0.0:8686
EXPOSE 8686
# By number: Kubernetes' runAsNonRoot cannot tell that a name is not root's. It is the base image's user node.
USER 1000:1000
# The first look comes after one interval. Two in a row must fail, since Redis may be away for a moment.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=2 CMD ["linesman-health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["tini", "--", "linesman"]
CMD ["run"]

ARG VERSION=0.1.0
ARG REVISION=
ARG SOURCE=
LABEL org.opencontainers.image.title="linesman" \
      org.opencontainers.image.description="Reads logs as they are written, learns what is normal, and mails about confirmed faults with the evidence" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.base.name="docker.io/library/node:24-bookworm-slim" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}"
