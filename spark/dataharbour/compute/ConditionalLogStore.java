package dataharbour;

import io.delta.storage.HadoopFileSystemLogStore;
import io.delta.storage.internal.PathLock;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.util.Iterator;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.s3a.AWSServiceIOException;
import org.apache.hadoop.fs.s3a.RemoteFileChangedException;

/**
 * Delta's log in S3, for any number of writers: a commit is there only if nothing was at its place, and the store decides
 * that (PUT with If-None-Match), for Sparks and delta-rs alike. Delta takes a refusal as the conflict that it is: it looks at
 * what came first, and commits after it or says why it cannot. Its own S3SingleDriverLogStore knows of the commits of
 * one JVM, and takes the store's refusal for an error.
 *
 * Written for Janino, which compiles it (log_store.py): no lambdas, and what a generic type holds is an Object.
 */
public class ConditionalLogStore extends HadoopFileSystemLogStore {
  /** S3A tries a PUT again whose answer was lost; the second is refused for the first. So each write bears a mark. */
  private static final String MARK = "dataharbour-write";

  /** For stores that do not know If-None-Match: at least the commits of one JVM go one after another. */
  private static final PathLock LOCK = new PathLock();

  public ConditionalLogStore(Configuration conf) {
    super(conf);
  }

  @Override
  public void write(Path path, Iterator<String> actions, Boolean overwrite, Configuration conf) throws IOException {
    FileSystem fs = path.getFileSystem(conf);
    if (overwrite.booleanValue()) {
      send(fs.create(path, true), actions);
      return;
    }
    try {
      LOCK.acquire(path);
    } catch (InterruptedException stopped) {
      throw interrupted(path);
    }
    try {
      create(fs, path, actions);
    } finally {
      LOCK.release(path);
    }
  }

  /** A file is there whole or not at all. */
  @Override
  public Boolean isPartialWriteVisible(Path path, Configuration conf) {
    return Boolean.FALSE;
  }

  private static void create(FileSystem fs, Path path, Iterator<String> actions) throws IOException {
    if (fs.exists(path)) throw new FileAlreadyExistsException(path.toString());
    String mark = UUID.randomUUID().toString();
    FSDataOutputStreamBuilder builder = fs.createFile(path);
    builder.must("fs.option.create.conditional.overwrite", true);
    builder.must("fs.s3a.create.header." + MARK, mark);
    try {
      send((FSDataOutputStream) builder.build(), actions);
    } catch (IOException failure) {
      if (!isRefusal(failure)) throw failure;
      if (mark.equals(markOf(fs, path, failure))) return;
      FileAlreadyExistsException conflict = new FileAlreadyExistsException(path.toString());
      conflict.initCause(failure);
      throw conflict;
    }
    // Interrupted while it waits, S3A may return without the store's answer: that is no commit to tell of.
    if (Thread.currentThread().isInterrupted()) throw interrupted(path);
  }

  private static String markOf(FileSystem fs, Path path, IOException failure) throws IOException {
    try {
      byte[] found = fs.getXAttr(path, "header." + MARK);
      return found == null ? "" : new String(found, StandardCharsets.UTF_8);
    } catch (IOException unknown) {
      failure.addSuppressed(unknown);
      throw failure;
    }
  }

  private static void send(FSDataOutputStream stream, Iterator<String> actions) throws IOException {
    boolean isWhole = false;
    try {
      while (actions.hasNext()) stream.write((actions.next() + "\n").getBytes(StandardCharsets.UTF_8));
      isWhole = true;
    } finally {
      // To close it is to make the file.
      if (!isWhole) stream.abort();
    }
    stream.close();
  }

  /** 412; and 409 where two came in the same moment. */
  private static boolean isRefusal(IOException failure) {
    if (failure instanceof RemoteFileChangedException) return true;
    if (!(failure instanceof AWSServiceIOException)) return false;
    int status = ((AWSServiceIOException) failure).statusCode();
    return status == 409 || status == 412;
  }

  private static InterruptedIOException interrupted(Path path) {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("Interrupted while writing " + path + ".");
  }
}
