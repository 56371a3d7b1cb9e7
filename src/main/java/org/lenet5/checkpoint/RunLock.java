package org.lenet5.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.lenet5.io.AtomicFiles;

/**
 * Keeps a run to one process: a lock on {@code checkpoints/RUN/.lock}. The system drops it when the
 * process ends, however it ends; the file stays and means nothing by itself. Thread-safe.
 */
public final class RunLock implements AutoCloseable {
  /** The file's name. */
  public static final String FILE = ".lock";

  // To close a file drops all of the process's locks on it, so this process must not even open a
  // file that it has locked.
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private RunLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Locks a run.
   *
   * @param folder checkpoints/RUN, which exists
   * @throws RunException if the run is locked, by this process or another
   * @throws java.io.UncheckedIOException if the file cannot be made, or its file system has no
   *     locks
   */
  public static RunLock take(Path folder) {
    Path file = folder.resolve(FILE);
    try {
      file = folder.toRealPath().resolve(FILE);
      if (!HELD.add(file)) {
        throw held(folder, ProcessHandle.current().pid() + ", this one");
      }
      return lock(folder, file);
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot lock", file, e);
    }
  }

  private static RunLock lock(Path folder, Path file) throws IOException {
    FileChannel channel = null;
    boolean locked = false;
    try {
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw held(folder, Files.readString(file).strip());
      }
      // For people, and for the message above.
      channel.truncate(0);
      String pid = ProcessHandle.current().pid() + "\n";
      channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.UTF_8)));
      locked = true;
      return new RunLock(file, channel);
    } catch (OverlappingFileLockException e) {
      throw held(folder, ProcessHandle.current().pid() + ", this one");
    } finally {
      if (!locked) {
        HELD.remove(file);
        if (channel != null) {
          channel.close();
        }
      }
    }
  }

  private static RunException held(Path folder, String process) {
    return new RunException(
        "the run in "
            + folder
            + " is being trained by process "
            + process
            + ": wait until it ends, or stop it");
  }

  /** Lets the run go; closing again does nothing. */
  @Override
  public void close() {
    if (!channel.isOpen()) {
      return;
    }
    try {
      channel.close();
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot unlock", file, e);
    } finally {
      HELD.remove(file);
    }
  }
}
