package org.lenet5.image;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Work on many images, by all cores, with the results in the order of the images. Results are
 * computed ahead of who takes them, but only so many that memory is bounded however many images
 * there are: at most {@link #MOST_AHEAD} for a core, or as many as {@link #begin(int)} says.
 *
 * <pre>{@code
 * try (var images = ImagePipeline.of(files.iterator(), decoder::read)) {
 *   for (Path file : files) {
 *     try {
 *       use(file, images.next());
 *     } catch (ImageException e) {
 *       report(e); // and on with the next
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p>Sources are taken from their iterator on the thread that calls {@link #next}; the work runs on
 * daemon threads that all pipelines of the process share, as many as there are cores, and on that
 * thread where it would only wait. A pipeline itself is for one thread; as many as one likes run
 * side by side, also within the work of another.
 */
public final class ImagePipeline<R> implements Iterator<R>, AutoCloseable {
  /** Results that are computed before they are asked for, at most, for each core. */
  public static final int MOST_AHEAD = 32;

  // Small pictures take less time than handing over to another thread: a task is a few of them. The
  // first tasks are single ones, so that few large pictures are spread over all cores, too.
  private static final int TASK = 8;
  private static final int TASKS_FOR_A_CORE = MOST_AHEAD / TASK;

  private static final int CORES = Runtime.getRuntime().availableProcessors();
  private static final ThreadPoolExecutor WORKERS = workers();

  private final Iterator<? extends FutureTask<List<Outcome<R>>>> tasks;
  private final ArrayDeque<FutureTask<List<Outcome<R>>>> ahead = new ArrayDeque<>();
  private int mostTasks = TASKS_FOR_A_CORE * CORES;
  private Iterator<Outcome<R>> ready = List.<Outcome<R>>of().iterator();
  private volatile boolean closed;

  /** A result, or what was thrown in its place. */
  private record Outcome<R>(R result, Throwable failure) {}

  private <T> ImagePipeline(Iterator<? extends T> sources, Function<? super T, ? extends R> work) {
    tasks =
        new Iterator<>() {
          private int made;

          @Override
          public boolean hasNext() {
            return sources.hasNext();
          }

          @Override
          public FutureTask<List<Outcome<R>>> next() {
            int most = Math.min(TASK, 1 + made++ / (2 * CORES));
            List<T> some = new ArrayList<>(most);
            while (some.size() < most && sources.hasNext()) {
              some.add(sources.next());
            }
            return new FutureTask<>(() -> outcomes(some, work));
          }
        };
  }

  /**
   * A pipeline, whose work begins when the first result is asked for.
   *
   * @param sources what the work is on
   * @param work called once for each source, by several threads at once; what it throws, {@link
   *     #next} throws where the result would be
   */
  public static <T, R> ImagePipeline<R> of(
      Iterator<? extends T> sources, Function<? super T, ? extends R> work) {
    return new ImagePipeline<>(sources, work);
  }

  private static ThreadPoolExecutor workers() {
    AtomicInteger count = new AtomicInteger();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            CORES,
            CORES,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(work, "lenet5-images-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  private <T> List<Outcome<R>> outcomes(List<T> sources, Function<? super T, ? extends R> work) {
    List<Outcome<R>> outcomes = new ArrayList<>(sources.size());
    for (T source : sources) {
      if (closed) {
        break;
      }
      try {
        outcomes.add(new Outcome<>(work.apply(source), null));
      } catch (RuntimeException | Error e) {
        outcomes.add(new Outcome<>(null, e));
      }
    }
    return outcomes;
  }

  /** Begins with the work now, on other threads, and not with the first call of {@link #next}. */
  public void begin() {
    fill(true);
  }

  /**
   * As {@link #begin()}, with more results ahead, now and later: who cannot take any for a while
   * leaves no core idle. For results that are small.
   *
   * @param most results to compute ahead; what is less than {@link #MOST_AHEAD} for each core
   *     changes nothing
   */
  public void begin(int most) {
    mostTasks = Math.max(mostTasks, most / TASK);
    begin();
  }

  /** Whether there is a source whose result was not taken yet. */
  @Override
  public boolean hasNext() {
    return ready.hasNext() || !ahead.isEmpty() || tasks.hasNext();
  }

  /**
   * The next source's result.
   *
   * @throws RuntimeException what the work on this source threw, or an {@link Error}; the next call
   *     goes on with the source after it
   * @throws CancellationException if the thread is interrupted before or during the wait; its
   *     interrupt status stays, and the pipeline is closed
   * @throws IllegalStateException after {@link #close}
   */
  @Override
  public R next() {
    if (closed) {
      throw new IllegalStateException("the pipeline is closed");
    }
    if (Thread.currentThread().isInterrupted()) {
      throw interrupted(null);
    }
    if (!ready.hasNext()) {
      ready = await().iterator();
      if (Thread.currentThread().isInterrupted()) { // and so may have been a file that it read
        throw interrupted(null);
      }
    }
    Outcome<R> outcome = ready.next();
    if (outcome.failure() instanceof Error error) {
      throw error;
    }
    if (outcome.failure() != null) {
      throw (RuntimeException) outcome.failure();
    }
    return outcome.result();
  }

  private List<Outcome<R>> await() {
    FutureTask<List<Outcome<R>>> task = due();
    // Here, if no other thread has begun with it: that is never later.
    task.run();
    try {
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e); // outcomes() throws nothing
    }
  }

  // The one that is due, with enough others on their way.
  private FutureTask<List<Outcome<R>>> due() {
    fill(false);
    if (ahead.isEmpty()) {
      throw new NoSuchElementException("all images were taken");
    }
    return ahead.remove();
  }

  private void fill(boolean beside) {
    while (ahead.size() < mostTasks && tasks.hasNext()) {
      FutureTask<List<Outcome<R>>> task = tasks.next();
      // A single one needs no other thread, unless this one goes on with something else.
      if (beside || !ahead.isEmpty() || tasks.hasNext()) {
        WORKERS.execute(task);
      }
      ahead.add(task);
    }
  }

  private CancellationException interrupted(InterruptedException cause) {
    close();
    CancellationException e = new CancellationException("interrupted while waiting for an image");
    e.initCause(cause);
    return e;
  }

  /**
   * Drops what was not taken; work that has begun ends with the image it is on, unheard. Closing
   * again does nothing.
   */
  @Override
  public void close() {
    closed = true;
    ahead.forEach(WORKERS::remove);
    ahead.clear();
  }
}
