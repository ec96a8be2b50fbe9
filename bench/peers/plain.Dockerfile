# The shape that Next.js' documentation shows: stages for packages, build and server, and no mount for any cache.
ARG NODE=22

FROM docker.io/library/node:${NODE}-bookworm-slim AS base
ARG PNPM
ARG NPM_CONFIG_REGISTRY
ENV NEXT_TELEMETRY_DISABLED=1
WORKDIR /app

FROM base AS deps
COPY package.json pnpm-lock.yaml ./
RUN --mount=type=secret,id=ca export NODE_EXTRA_CA_CERTS=/run/secrets/ca && \
    npm install --global pnpm@${PNPM} && pnpm install --frozen-lockfile --ignore-scripts

FROM base AS builder
ARG NEXT_FONT_GOOGLE_MOCKED_RESPONSES
COPY --from=deps /app/node_modules ./node_modules
COPY . .
RUN --mount=type=secret,id=ca export NODE_EXTRA_CA_CERTS=/run/secrets/ca && \
    npm install --global pnpm@${PNPM} && mkdir -p public && pnpm run build

FROM base AS server
ENV NODE_ENV=production HOSTNAME=0.0.0.0 PORT=3000
RUN groupadd --system --gid 1001 nodejs && useradd --system --uid 1001 --gid nodejs nextjs
COPY --from=builder --chown=nextjs:nodejs /app/public ./public
COPY --from=builder --chown=nextjs:nodejs /app/.next/standalone ./
COPY --from=builder --chown=nextjs:nodejs /app/.next/static ./.next/static
USER nextjs
EXPOSE 3000
CMD ["node", "server.js"]

FROM server AS start
ENV DOCKER_ENV=true
COPY --from=builder --chown=nextjs:nodejs /app/start.js /app/config.json ./
COPY --from=builder --chown=nextjs:nodejs /app/scripts ./scripts
CMD ["node", "start.js"]
