package org.lenet5.serve.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.lenet5.image.ImageOptions;

/** All models of a server. Thread-safe. */
public final class Models implements AutoCloseable {
  private final Map<String, ServedModel> models = new LinkedHashMap<>();
  private final ServeEvents events;
  private final long pollMillis;
  private final ScheduledExecutorService watch;

  /**
   * Looks where the models are; {@link #load} loads them.
   *
   * @param pollMillis how often their folders are looked at; 0 for never again
   * @throws IllegalArgumentException if a path holds no model, or two have the same name
   */
  public Models(
      List<ModelOptions> options, ImageOptions images, long pollMillis, ServeEvents events) {
    this.events = events;
    this.pollMillis = pollMillis;
    for (ModelOptions each : options) {
      if (models.put(each.name(), new ServedModel(each, images, events)) != null) {
        throw new IllegalArgumentException(
            "two models have the name " + each.name() + "; NAME=PATH gives another");
      }
    }
    watch =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "lenet5-models");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Loads the versions that there are, and begins to look for others. To be called once.
   *
   * @throws IllegalArgumentException if a model has no version that can be served
   */
  public void load() {
    for (ServedModel model : models.values()) {
      model.poll();
      if (!model.isReady()) {
        throw new IllegalArgumentException(
            model.options().path() + " has no version that can be served" + reasons(model));
      }
    }
    if (pollMillis > 0) {
      watch.scheduleWithFixedDelay(this::look, pollMillis, pollMillis, TimeUnit.MILLISECONDS);
    }
  }

  // What is thrown would end the watching without a word.
  private void look() {
    models.forEach(
        (name, model) -> {
          try {
            model.poll();
          } catch (RuntimeException | Error e) {
            events.failed("looking for versions of " + name, e);
          }
        });
  }

  private static String reasons(ServedModel model) {
    try {
      List<String> each = new ArrayList<>();
      for (VersionStatus status : model.status(ModelRef.latest(model.options().name()))) {
        each.add("version " + status.version() + ": " + status.message());
      }
      return ": " + String.join("; ", each);
    } catch (ServeException e) {
      return ""; // none is there, or none is wanted
    }
  }

  /** Looks at the folders now. For tests and for programs that know of a new version. */
  public void poll() {
    try {
      watch.submit(this::look).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /** The names, in the order in which they were given. */
  public Set<String> names() {
    return models.keySet();
  }

  /** The model that is meant where none is named: the only one, or the first. */
  public String first() {
    return models.keySet().iterator().next();
  }

  /**
   * A version to answer with; the caller releases it.
   *
   * @throws ServeException if there is none
   */
  public LoadedModel lease(ModelRef wanted) {
    return model(wanted, ServedModel.notFound(wanted)).lease(wanted);
  }

  /**
   * Uses a version until the answer is there.
   *
   * @param use begins the work; the version is released when what it returns is complete
   * @throws ServeException if there is no such version, or what {@code use} throws
   */
  public <T> CompletableFuture<T> with(
      ModelRef wanted, Function<LoadedModel, CompletableFuture<T>> use) {
    long begin = System.nanoTime();
    CompletableFuture<T> answer;
    LoadedModel model = null;
    try {
      model = lease(wanted);
      answer = use.apply(model);
    } catch (RuntimeException | Error e) {
      if (model != null) {
        model.release();
      }
      ended(wanted, e, begin);
      throw e;
    }
    LoadedModel leased = model;
    // What follows from the answer follows from this: who has it finds its request counted.
    return answer.whenComplete(
        (any, e) -> {
          leased.release();
          ended(wanted, e, begin);
        });
  }

  private void ended(ModelRef wanted, Throwable thrown, long begin) {
    Throwable e = thrown;
    while (e instanceof CompletionException && e.getCause() != null) {
      e = e.getCause();
    }
    Reason reason =
        e == null
            ? null
            : e instanceof ServeException refusal
                ? refusal.reason()
                : e instanceof CancellationException ? Reason.CANCELLED : Reason.INTERNAL;
    // A name that anybody may invent is none to count by.
    String name = models.containsKey(wanted.name()) ? wanted.name() : "";
    events.request(name, reason, System.nanoTime() - begin);
  }

  /**
   * What a model's versions do, the newest first.
   *
   * @throws ServeException if there is no such model or version
   */
  public List<VersionStatus> status(ModelRef wanted) {
    return model(
            wanted,
            new ServeException(
                Reason.NOT_FOUND, "Could not find any versions of model " + wanted.name()))
        .status(wanted);
  }

  /**
   * The numbers of the versions that answer, ascending.
   *
   * @throws ServeException if there is no such model
   */
  public List<Long> versions(String name) {
    ModelRef wanted = ModelRef.latest(name);
    return model(wanted, ServedModel.notFound(wanted)).versions();
  }

  private ServedModel model(ModelRef wanted, ServeException otherwise) {
    ServedModel model = models.get(wanted.name());
    if (model == null) {
      throw otherwise;
    }
    return model;
  }

  /** True if what is asked for answers. */
  public boolean isReady(ModelRef wanted) {
    try {
      lease(wanted).release();
      return true;
    } catch (ServeException e) {
      return false;
    }
  }

  /** True if each model has a version that answers. */
  public boolean areReady() {
    return models.values().stream().allMatch(ServedModel::isReady);
  }

  /** True if a model's folder could not be read the last time, or held nothing. */
  public boolean isStorageAway(String name) {
    ModelRef wanted = ModelRef.latest(name);
    return model(wanted, ServedModel.notFound(wanted)).isStorageAway();
  }

  /** Lets all go: each is freed when its last request has ended. */
  @Override
  public void close() {
    watch.shutdown();
    boolean interrupted = false;
    while (true) {
      try {
        if (watch.awaitTermination(1, TimeUnit.MINUTES)) { // a load that has begun ends
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    models.values().forEach(ServedModel::close);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
