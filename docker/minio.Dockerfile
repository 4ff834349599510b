# MinIO from its Go module: the last public image is older than the fix of CVE-2025-62506.
# Two images: `setup`, the one-shot that makes the bucket and the product's own user, and `server`.
#   docker build -f docker/minio.Dockerfile --target server -t dataharbour/minio .
FROM golang:1.26.6-bookworm AS build
# The version that `npm start` builds too.
COPY server/bootstrap/minio-version.txt /tmp/version
ENV CGO_ENABLED=0 GOTOOLCHAIN=local
RUN go install -trimpath -ldflags='-s -w' "github.com/minio/minio@$(cat /tmp/version)"

FROM python:3.12.12-slim-bookworm AS setup
COPY spark/requirements.txt /tmp/requirements.txt
# The client's version is the one of the kernels' environment, which the script was tried with.
RUN pip install --no-cache-dir --constraint /tmp/requirements.txt minio \
 && useradd --create-home --uid 10003 setup
COPY server/bootstrap/minio-setup.py /opt/minio-setup.py
COPY docker/minio/setup.py /opt/setup.py
USER 10003
CMD ["python3", "/opt/setup.py"]

FROM alpine:3.22.2 AS server
RUN adduser -D -u 10004 minio && install -d -o minio -g minio /data
COPY --from=build /go/bin/minio /usr/local/bin/minio
ENV MINIO_BROWSER=off MINIO_UPDATE=off MINIO_SITE_REGION=us-east-1
USER 10004
VOLUME /data
EXPOSE 9000
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --retries=6 CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:9000/minio/health/ready"]
# Its certificates' folder, empty here, is made at each start: the home is read-only.
CMD ["minio", "server", "--address", ":9000", "--certs-dir", "/tmp/certs", "/data"]
