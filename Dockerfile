# Firewatch agent, for amd64 and arm64.
#   docker build -t firewatch .
#   docker run --read-only -v firewatch:/var/lib/firewatch -v ./site:/etc/firewatch:ro firewatch
# The site file is /etc/firewatch/site.yaml; nothing but /var/lib/firewatch is written.
ARG NODE_IMAGE=docker.io/library/node:26-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# The base is the runtime: no Node of its own is downloaded. Nothing is compiled either: binaries come with the packages.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY agent ./agent
COPY config ./config
COPY drivers ./drivers
COPY simulators ./simulators
COPY tsconfig.json LICENSE ./
RUN npm run build:page
RUN npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
 && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete \
 && rm -rf node_modules/better-sqlite3/deps node_modules/better-sqlite3/src node_modules/@types \
 && find agent/web/page -mindepth 1 -maxdepth 1 ! -name dist -exec rm -rf {} +

FROM ${NODE_IMAGE}
# One heap of the C library for two threads; and what Node makes of the sources, so that a start takes half the time.
ENV NODE_ENV=production MALLOC_ARENA_MAX=2 NODE_COMPILE_CACHE=/var/cache/firewatch
RUN groupadd --system --gid 990 firewatch \
 && useradd --system --uid 990 --gid firewatch --home-dir /var/lib/firewatch --no-create-home firewatch \
 && install -d -o firewatch -g firewatch -m 0750 /var/lib/firewatch /var/cache/firewatch \
 && install -d -o firewatch -g firewatch /etc/firewatch \
 && printf '#!/bin/sh\nexec node --max-semi-space-size=8 /opt/firewatch/agent/cli/main.ts "$@"\n' >/usr/local/bin/firewatch \
 && chmod 755 /usr/local/bin/firewatch
WORKDIR /opt/firewatch
COPY --from=build /build ./
USER firewatch
RUN firewatch run --help >/dev/null
VOLUME ["/var/lib/firewatch"]
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["firewatch", "health", "/etc/firewatch/site.yaml"]
ENTRYPOINT ["firewatch"]
CMD ["run", "/etc/firewatch/site.yaml"]
