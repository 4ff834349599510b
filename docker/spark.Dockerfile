# Spark Connect with Delta and S3A on port 15002.
#   docker build -f docker/spark.Dockerfile -t dataharbour/spark .
FROM node:24.21.0-bookworm-slim AS jars
WORKDIR /app
COPY server/bootstrap server/bootstrap
COPY spark/jars.txt spark/jars.txt
COPY docker/spark/fetch-jars.mjs docker/spark/fetch-jars.mjs
ARG MAVEN_MIRROR
RUN node docker/spark/fetch-jars.mjs /jars

FROM python:3.12.12-slim-bookworm
# The patch level of a system package is the distribution's to choose: it carries the security fixes.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends openjdk-17-jre-headless tini \
 && rm -rf /var/lib/apt/lists/*
COPY spark/requirements.txt /tmp/requirements.txt
RUN pip install --no-cache-dir -r /tmp/requirements.txt \
 && useradd --create-home --uid 10002 spark \
 && install -d -o spark -g spark -m 700 /data
ENV DATAHARBOUR_DATA=/data PYTHONPATH=/opt/dataharbour PYTHONDONTWRITEBYTECODE=1
COPY --from=jars /jars /opt/jars
COPY spark/dataharbour /opt/dataharbour/dataharbour
RUN python3 -m dataharbour.compute.log_store --jars /opt/jars
COPY docker/spark/start.py /opt/start.py
USER 10002
WORKDIR /home/spark
VOLUME /data
EXPOSE 15002
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 \
  CMD ["python3", "-c", "import socket; socket.create_connection(('127.0.0.1', 15002), 3).close()"]
ENTRYPOINT ["tini", "--"]
CMD ["python3", "/opt/start.py"]
