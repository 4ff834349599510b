# Postgres with the settings that the product's promises rest on (docker/postgres/postgresql.conf).
#   docker build -f docker/postgres.Dockerfile -t dataharbour/postgres .
FROM postgres:18.4-bookworm
COPY docker/postgres/postgresql.conf /etc/postgresql/postgresql.conf
# The base image makes the data folder for this user; without root it changes no owners at start.
USER 999
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=6 CMD ["pg_isready", "-q", "-h", "127.0.0.1", "-U", "dataharbour", "-d", "dataharbour"]
CMD ["postgres", "-c", "config_file=/etc/postgresql/postgresql.conf"]
