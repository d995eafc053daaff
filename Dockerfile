# Firewatch agent. The journal and certificates live in /var/lib/firewatch, the site file in /etc/firewatch.
FROM node:26-bookworm-slim AS install
WORKDIR /opt/firewatch
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM node:26-bookworm-slim
WORKDIR /opt/firewatch
ENV NODE_ENV=production
RUN groupadd --system --gid 990 firewatch \
 && useradd --system --uid 990 --gid firewatch --home-dir /var/lib/firewatch firewatch \
 && install -d -o firewatch -g firewatch /var/lib/firewatch /etc/firewatch
COPY --from=install /opt/firewatch/node_modules ./node_modules
COPY package.json ./
COPY agent ./agent
COPY config ./config
COPY drivers ./drivers
COPY simulators ./simulators
USER firewatch
VOLUME ["/var/lib/firewatch"]
ENTRYPOINT ["node", "--max-semi-space-size=8", "/opt/firewatch/agent/cli/main.ts"]
CMD ["run", "/etc/firewatch/site.yaml"]
