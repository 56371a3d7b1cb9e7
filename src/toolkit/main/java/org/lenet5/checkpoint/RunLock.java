package org.lenet5.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.lenet5.io.AtomicFiles;

/**
 * Keeps a second process from training the same run. The operating system holds the lock and frees
 * it when the process ends, however it ends; the file itself stays and has no meaning.
 */
public final class RunLock implements AutoCloseable {
  /** The file's name. */
  public static final String FILE = ".lock";

  // To close a file drops all of the process's locks on it, so a file that this process has locked
  // must not even be opened again.
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private RunLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** What {@link #take} says of a lock that somebody has. */
  private static final class InUse extends RunException {
    private static final long serialVersionUID = 1L;

    InUse(String message) {
      super(message);
    }
  }

  /**
   * Takes the lock; empty if another process, or another thread of this one, has it.
   *
   * @param folder checkpoints/RUN, which exists
   * @throws java.io.UncheckedIOException if the file cannot be written
   */
  public static Optional<RunLock> takeIfFree(Path folder) {
    try {
      return Optional.of(take(folder));
    } catch (InUse e) {
      return Optional.empty();
    }
  }

  /**
   * Takes the lock.
   *
   * @param folder checkpoints/RUN, which exists
   * @throws RunException if another process, or another thread of this one, has it
   * @throws java.io.UncheckedIOException if the file cannot be written
   */
  public static RunLock take(Path folder) {
    Path file = folder.resolve(FILE);
    try {
      file = folder.toRealPath().resolve(FILE);
      if (!HELD.add(file)) {
        throw inUse(folder, Long.toString(ProcessHandle.current().pid()));
      }
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot lock", file, e);
    }
    RunLock lock = null;
    try {
      lock = take(folder, file);
      return lock;
    } finally {
      if (lock == null) {
        HELD.remove(file);
      }
    }
  }

  private static RunLock take(Path folder, Path file) {
    try {
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      try {
        FileLock lock = channel.tryLock();
        if (lock == null) {
          throw inUse(folder, channel);
        }
        channel.truncate(0);
        channel.write(
            ByteBuffer.wrap(
                Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)),
            0);
        return new RunLock(file, channel);
      } catch (OverlappingFileLockException e) {
        throw closing(channel, inUse(folder, channel));
      } catch (RunException e) {
        throw closing(channel, e);
      } catch (IOException e) {
        throw closing(channel, e);
      }
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot lock", file, e);
    }
  }

  private static InUse inUse(Path folder, FileChannel channel) throws IOException {
    ByteBuffer pid = ByteBuffer.allocate(20);
    channel.read(pid, 0);
    return inUse(folder, new String(pid.array(), 0, pid.position(), StandardCharsets.US_ASCII));
  }

  private static InUse inUse(Path folder, String process) {
    return new InUse(
        "the run in "
            + folder
            + " is being trained by process "
            + (process.matches("\\d+") ? process : "(unknown)")
            + "; wait for its end, or stop it");
  }

  private static <E extends Exception> E closing(FileChannel channel, E cause) {
    try {
      channel.close();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
    return cause;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot unlock", file, e);
    } finally {
      HELD.remove(file);
    }
  }
}
