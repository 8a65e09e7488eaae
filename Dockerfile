# Three images from one build: `worker` and `gateway`, with nothing but what they run on, and `stand-ins`, for
# machines without the real systems. Debian, because the Temporal SDK needs glibc.
FROM node:22.20.0-bookworm-slim AS base
WORKDIR /app
ENV NODE_ENV=production

FROM base AS build
COPY package.json package-lock.json ./
RUN npm ci --include=dev
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY emulators emulators
RUN npm run build

# The SDK brings its native part for five platforms, some 27 MB each.
FROM base AS dependencies
COPY package.json package-lock.json ./
RUN npm ci --omit=dev \
  && find node_modules/@temporalio/core-bridge/releases -mindepth 1 -maxdepth 1 \
    ! -name "$(uname -m)-unknown-linux-gnu" -exec rm -rf {} +

FROM base AS stand-ins
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
# A new named volume takes its owner from the folder in the image.
RUN mkdir /data && chown node:node /data
USER node
CMD ["node", "dist/emulators/main.js"]

FROM base AS worker
# For TLS to the remote systems: the slim image has no root certificates.
RUN apt-get update && apt-get install --yes --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/*
COPY package.json ./
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY deploy deploy
USER node
CMD ["node", "--enable-source-maps", "dist/src/worker.js"]

FROM worker AS gateway
CMD ["node", "--enable-source-maps", "dist/src/gateway.js"]
