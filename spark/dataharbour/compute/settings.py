"""Everything the embedded Spark is told, as plain values: Delta, S3A, the port, the limits.

No key is among them, because command lines can be read by everybody on the machine.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from dataharbour.compute.log_store import CLASS, log_store_jar

LOG_SETTINGS = Path(__file__).with_name("log4j2.properties")


@dataclass(frozen=True)
class ComputeOptions:
    port: int
    warehouse: str
    endpoint: str
    region: str
    folder: Path
    memory: str
    cores: int
    ui_port: int | None = None
    # A cluster's master; None = this process does the work itself.
    master: str | None = None
    # Where Spark Connect listens, and by which name executors reach this process.
    listen: str = "127.0.0.1"
    host: str = "127.0.0.1"
    # What only the cluster's keeper knows: executors, their memory, images. Nothing that is said here is overruled by it.
    properties: Path | None = None
    # Where executors find the profile with the storage keys.
    profile: Path | None = None
    # Spark's classes, loaded (class_archive.py); and what the person who runs it tells its JVM.
    class_archive: Path | None = None
    jvm_options: str = ""


def server_settings(options):
    return {
        "spark.connect.grpc.binding.address": options.listen,
        "spark.connect.grpc.binding.port": options.port,
        # A kernel reports progress four times a second; Spark's own pace is every two seconds.
        "spark.connect.progress.reportInterval": "250ms",
        # A killed kernel leaves its running operation behind: Spark ends it after this time.
        "spark.connect.execute.manager.detachedTimeout": "60s",
        "spark.connect.execute.manager.maintenanceInterval": "10s",
        # Temporary views must outlive lunch and a night; the kernel's own end closes its session.
        "spark.connect.session.manager.defaultSessionTimeout": "24h",
        "spark.driver.host": options.host,
        "spark.driver.bindAddress": "127.0.0.1" if options.host == "127.0.0.1" else "0.0.0.0",
        "spark.driver.memory": options.memory,
        "spark.ui.showConsoleProgress": "false",
        # What looks like a secret is never shown, neither on Spark's pages nor by SET.
        "spark.redaction.regex": "(?i)secret|passw|token|access[.]?key|credential|authorization|jws",
        **pages_settings(options.ui_port),
    }


def pages_settings(port):
    """Spark's own pages: to look at, for who signs with the key (see pages_key_file). Nothing there can end a job,
    stop a thread to look at it, or walk the heap."""
    if port is None:
        return {"spark.ui.enabled": "false"}
    return {
        "spark.ui.enabled": "true",
        "spark.ui.port": port,
        # On another port than the one that was chosen somebody else could be found.
        "spark.port.maxRetries": 0,
        "spark.ui.killEnabled": "false",
        "spark.ui.threadDumpsEnabled": "false",
        "spark.ui.heapHistogramEnabled": "false",
        "spark.ui.filters": "org.apache.spark.ui.JWSFilter",
        "spark.ui.retainedJobs": 500,
        "spark.ui.retainedStages": 500,
        "spark.sql.ui.retainedExecutions": 200,
    }


def sql_settings(options):
    return {
        "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
        "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        "spark.sql.sources.default": "delta",
        "spark.sql.warehouse.dir": options.warehouse,
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": max(4, 2 * options.cores),
        # A Delta log here has few entries: Spark's 50 partitions to read one cost seconds.
        "spark.databricks.delta.snapshotPartitions": 2,
        # Of several Sparks and delta-rs none writes over the commit of another.
        "spark.delta.logStore.s3a.impl": CLASS,
        "spark.sql.debug.maxToStringFields": 200,
    }


def storage_settings(options):
    """S3A. A store that is down is an error within seconds; Hadoop's own patience is many minutes.

    What one request to the store may take: refused, three more tries and about two and a half seconds in all (the pauses double and
    are drawn at random). Delta makes up to five one after another before it says so. A 503 gets eight seconds; a host
    that is silent 15 to 20 for each try, of which S3A takes 15 at the least."""
    values = {
        "endpoint": options.endpoint,
        "endpoint.region": options.region,
        "path.style.access": "true",
        "connection.ssl.enabled": "false" if options.endpoint.startswith("http:") else "true",
        "aws.credentials.provider": "software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider",
        "attempts.maximum": 1,
        "retry.limit": 3,
        "retry.interval": "180ms",
        "retry.throttle.limit": 4,
        "retry.throttle.interval": "250ms",
        "connection.establish.timeout": "15s",
        "connection.timeout": "20s",
        "connection.request.timeout": "20s",
        # Without looking at the folders above: a workspace's key may not, and each look costs a request. Files of data have
        # names that nobody else gives; commits are looked after by the log store, whatever is said here.
        "performance.flags": "create,mkdir",
    }
    if options.master is None:
        values["buffer.dir"] = options.folder / "s3a"
    return {f"spark.hadoop.fs.s3a.{name}": value for name, value in values.items()}


def catalog_settings(options):
    """The catalog is a small Derby database in the compute's folder, so that tables, views and what was
    dropped outlive a restart. Its schema is laid down once; checking it again would cost seconds."""
    database = options.folder / "catalog"
    hadoop = {
        "javax.jdo.option.ConnectionURL": f"jdbc:derby:;databaseName={database};create=true",
        "datanucleus.schema.autoCreateAll": "false" if database.exists() else "true",
        "datanucleus.schema.validateTables": "false",
        "hive.metastore.schema.verification": "false",
        # Permissions of the folders above mean nothing in an object store, and the key may not look at them.
        "hive.warehouse.subdir.inherit.perms": "false",
        "hive.exec.scratchdir": options.folder / "hive",
        # Else each Spark that is killed leaves an empty folder in the system's temporary one.
        "hive.downloaded.resources.dir": options.folder / "hive" / "resources",
    }
    return {"spark.sql.catalogImplementation": "hive", **{f"spark.hadoop.{name}": value for name, value in hadoop.items()}}


def executor_settings(options, jars):
    """Executors are processes on other machines: they are sent the jars, and read the keys from a file of theirs."""
    if options.master is None:
        return {}
    return {
        "spark.jars": ",".join(jar.as_uri() for jar in [*sorted(jars.glob("*.jar")), log_store_jar(jars)]),
        "spark.executorEnv.AWS_SHARED_CREDENTIALS_FILE": options.profile,
        "spark.executorEnv.AWS_CONFIG_FILE": os.devnull,
        "spark.executorEnv.AWS_EC2_METADATA_DISABLED": "true",
    }


def all_settings(options):
    return {**server_settings(options), **sql_settings(options), **catalog_settings(options), **storage_settings(options)}


def java_options(log_settings, options):
    """For the JVM: our log lines, and an end at once when memory is out (the worker starts a new one)."""
    archive = [f'-XX:SharedArchiveFile="{options.class_archive}"'] if options.class_archive and options.class_archive.is_file() else []
    return " ".join(
        [
            f"-Dlog4j2.configurationFile={log_settings.as_uri()}",
            f'-Dderby.stream.error.file="{options.folder / "derby.log"}"',
            "-XX:+ExitOnOutOfMemoryError",
            "-Djava.net.preferIPv4Stack=true",
            *archive,
            *options.jvm_options.split(),
        ]
    )


def command_line(spark_home, jars, log_settings, options, secret_settings=None):
    """The arguments that start the server. `spark-class` replaces itself by the JVM, so the process id stays."""
    command = [
        str(spark_home / "bin" / "spark-class"),
        "org.apache.spark.deploy.SparkSubmit",
        "--class",
        "org.apache.spark.sql.connect.service.SparkConnectServer",
        "--master",
        options.master or f"local[{options.cores}]",
        "--driver-class-path",
        os.pathsep.join([f"{jars}/*", str(log_store_jar(jars))]),
        "--driver-java-options",
        java_options(log_settings, options),
    ]
    properties = secret_settings or options.properties
    if properties is not None:
        command += ["--properties-file", str(properties)]
    for name, value in {**all_settings(options), **executor_settings(options, jars)}.items():
        command += ["--conf", f"{name}={value}"]
    return [*command, "spark-internal"]
