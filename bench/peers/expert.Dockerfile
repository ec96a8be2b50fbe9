# What somebody writes who knows BuildKit well and wants each build to be as short as it can be.
# docs/explanation/speed.md says why each line is as it is.
ARG NODE=22

FROM --platform=$BUILDPLATFORM docker.io/library/node:${NODE}-bookworm-slim AS base
ENV CI=1 NEXT_TELEMETRY_DISABLED=1
WORKDIR /app
ARG PNPM
ARG NPM_CONFIG_REGISTRY
RUN --mount=type=secret,id=ca NODE_EXTRA_CA_CERTS=/run/secrets/ca npm install --global --no-fund --no-audit pnpm@${PNPM}

# Only what decides what is installed: a changed line of code does not come here.
FROM base AS deps
COPY --parents package.json pnpm-lock.yaml pnpm-workspace.yaml* .npmrc* apps*/*/package.json ./
RUN --mount=type=cache,id=pnpm,target=/pnpm --mount=type=secret,id=ca \
    NODE_EXTRA_CA_CERTS=/run/secrets/ca pnpm install --frozen-lockfile --ignore-scripts --store-dir /pnpm

# The source goes on top of the installed packages: nothing copies node_modules from stage to stage.
FROM deps AS build
ARG APP=.
ARG NEXT_FONT_GOOGLE_MOCKED_RESPONSES
COPY . .
RUN --mount=type=cache,id=next-${APP},target=/app/${APP}/.next/cache,sharing=locked \
    cd "${APP}" && pnpm run build && \
    mkdir -p /out/app "/out/app/${APP}/.next" public && \
    cp -r .next/standalone/. /out/app && \
    cp -r .next/static "/out/app/${APP}/.next/static" && cp -r public "/out/app/${APP}/public" && \
    mv /out/app/node_modules /out/node_modules

FROM gcr.io/distroless/nodejs${NODE}-debian12:nonroot AS server
ARG APP=.
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1 HOSTNAME=0.0.0.0 PORT=3000
WORKDIR /app
# Two layers: packages change seldom, and BuildKit reuses and does not send again a copy whose content is the same.
COPY --link --from=build /out/node_modules ./node_modules
COPY --link --from=build /out/app ./
WORKDIR /app/${APP}
EXPOSE 3000
CMD ["server.js"]

# The same with an entry of the app's own, as MoonTV has one.
FROM server AS start
ENV DOCKER_ENV=true
COPY --from=build /app/start.js /app/config.json ./
COPY --from=build /app/scripts ./scripts
COPY --from=build --chown=65532:65532 /app/public ./public
CMD ["start.js"]
