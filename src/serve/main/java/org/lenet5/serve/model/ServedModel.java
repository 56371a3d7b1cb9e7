package org.lenet5.serve.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.lenet5.classify.ModelException;
import org.lenet5.image.ImageOptions;
import org.lenet5.io.OneLine;
import org.lenet5.serve.model.VersionStatus.State;

/**
 * A model with the versions that answer in its name. {@link #poll} looks at the folder: a new
 * version is loaded beside those that serve, and only when all that are wanted answer are the
 * others let go. A version that cannot be loaded is passed over until its files change, so that
 * those before it go on serving; and nothing is let go because the storage is away.
 *
 * <p>Requests may come from any thread; one thread polls.
 */
final class ServedModel {
  private final ModelOptions options;
  private final ModelFiles files;
  private final ImageOptions images;
  private final ServeEvents events;
  private final ConcurrentNavigableMap<Long, LoadedModel> loaded = new ConcurrentSkipListMap<>();
  private final NavigableMap<Long, VersionStatus> statuses = new ConcurrentSkipListMap<>();
  // What a version's folder looked like at the last poll, and when it could not be loaded.
  private Map<Long, String> seen = new HashMap<>();
  private final Map<Long, String> broken = new HashMap<>();
  private Set<Long> missing = Set.of();
  private boolean first = true;
  private volatile boolean storageAway;

  ServedModel(ModelOptions options, ImageOptions images, ServeEvents events) {
    this.options = options;
    this.files = ModelFiles.of(options.path());
    this.images = images;
    this.events = events;
  }

  ModelOptions options() {
    return options;
  }

  /** Looks at the folder, and loads and lets go what follows from it. */
  void poll() {
    NavigableMap<Long, Path> there;
    try {
      there = files.versions();
    } catch (IOException e) {
      there = Collections.emptyNavigableMap();
    }
    if (storageAway != there.isEmpty()) {
      storageAway = there.isEmpty();
      events.storage(options.name(), storageAway);
    }
    if (storageAway) {
      return;
    }
    Map<Long, String> now = fingerprints(there);
    Set<Long> wanted = load(there, now);
    letGo(there.keySet(), wanted);
    seen = now;
    first = false;
  }

  private static Map<Long, String> fingerprints(Map<Long, Path> there) {
    Map<Long, String> all = new HashMap<>();
    there.forEach(
        (version, path) -> {
          try {
            all.put(version, ModelFiles.fingerprint(path));
          } catch (IOException e) {
            all.remove(version); // in the middle of being written: looked at again
          }
        });
    return all;
  }

  /** Loads what is wanted; returns what should serve after that. */
  private Set<Long> load(NavigableMap<Long, Path> there, Map<Long, String> now) {
    while (true) {
      List<Long> usable =
          there.keySet().stream()
              .filter(each -> !broken.containsKey(each) || !broken.get(each).equals(now.get(each)))
              .toList();
      Set<Long> wanted = options.versions().choose(usable);
      boolean failed = false;
      for (Long version : wanted) {
        // A folder that changed since the last time is still being written.
        boolean isWhole =
            now.containsKey(version) && (first || now.get(version).equals(seen.get(version)));
        if (!loaded.containsKey(version) && isWhole) {
          failed |= !load(version, there.get(version), now.get(version));
        }
      }
      if (!failed) {
        return wanted;
      }
    }
  }

  private boolean load(long version, Path folder, String fingerprint) {
    set(VersionStatus.of(version, State.LOADING));
    try {
      LoadedModel model =
          LoadedModel.load(options.name(), version, folder, images, () -> freed(version));
      broken.remove(version);
      loaded.put(version, model);
      set(VersionStatus.of(version, State.AVAILABLE));
      return true;
    } catch (IOException | RuntimeException | Error e) { // such as too little memory for it
      broken.put(version, fingerprint);
      Reason reason = e instanceof ModelException ? Reason.FAILED_PRECONDITION : Reason.UNKNOWN;
      set(new VersionStatus(version, State.END, reason, withoutPaths(OneLine.reason(e), folder)));
      return false;
    }
  }

  private void freed(long version) {
    if (!loaded.containsKey(version)) { // else it was loaded again meanwhile
      set(VersionStatus.of(version, State.END));
    }
  }

  /** What a message says, without where on this machine the model lies. */
  private String withoutPaths(String message, Path version) {
    String number = "version " + version.getFileName();
    return OneLine.of(
        message
            .replace(version + "/", "")
            .replace(version.toString(), number)
            .replace(files.folder().toString(), options.name()));
  }

  private void letGo(Set<Long> there, Set<Long> wanted) {
    Set<Long> gone = new HashSet<>(loaded.keySet());
    gone.removeAll(there);
    if (!loaded.keySet().containsAll(wanted) || wanted.isEmpty()) {
      missing = gone;
      return;
    }
    for (Long version : List.copyOf(loaded.keySet())) {
      // A folder that is replaced is missing for a moment: only the second time counts.
      boolean stays =
          wanted.contains(version) || gone.contains(version) && !missing.contains(version);
      if (!stays) {
        set(VersionStatus.of(version, State.UNLOADING));
        loaded.remove(version).release();
      }
    }
    missing = gone;
    statuses
        .keySet()
        .removeIf(each -> !there.contains(each) && statuses.get(each).state() == State.END);
  }

  private void set(VersionStatus status) {
    statuses.put(status.version(), status);
    events.version(options.name(), status);
  }

  /**
   * A version to answer with; the caller releases it.
   *
   * @throws ServeException if it is not served
   */
  LoadedModel lease(ModelRef wanted) {
    while (true) {
      LoadedModel model = find(wanted);
      if (model.lease()) {
        return model;
      } // else it was let go this moment, and is no longer found
    }
  }

  private LoadedModel find(ModelRef wanted) {
    Long version = version(wanted);
    Map.Entry<Long, LoadedModel> found =
        version == null ? loaded.lastEntry() : Map.entry(version, model(version));
    if (found == null) {
      throw notFound(wanted);
    }
    return found.getValue();
  }

  private LoadedModel model(Long version) {
    LoadedModel model = loaded.get(version);
    if (model == null) {
      throw notFound(new ModelRef(options.name(), version, null));
    }
    return model;
  }

  private Long version(ModelRef wanted) {
    if (wanted.label() == null) {
      return wanted.version();
    }
    Long version = options.labels().get(wanted.label());
    if (version == null) {
      throw ServeException.invalid("Unrecognized servable version label: " + wanted.label());
    }
    return version;
  }

  static ServeException notFound(ModelRef wanted) {
    return new ServeException(Reason.NOT_FOUND, "Servable not found for request: " + wanted);
  }

  /**
   * What the versions do, the newest first.
   *
   * @param wanted a version or label, or all
   * @throws ServeException if there is no such version
   */
  List<VersionStatus> status(ModelRef wanted) {
    Long version = version(wanted);
    Map<Long, VersionStatus> all = new TreeMap<>(Collections.reverseOrder());
    all.putAll(statuses);
    if (version != null) {
      all.keySet().retainAll(Set.of(version));
    }
    if (all.isEmpty()) {
      throw new ServeException(
          Reason.NOT_FOUND,
          version == null
              ? "Could not find any versions of model " + options.name()
              : "Could not find version " + version + " of model " + options.name());
    }
    return new ArrayList<>(all.values());
  }

  /** The numbers of the versions that answer, ascending. */
  List<Long> versions() {
    return List.copyOf(loaded.keySet());
  }

  /** True if a version answers. */
  boolean isReady() {
    return !loaded.isEmpty();
  }

  /** True if the folder could not be read the last time, or held nothing. */
  boolean isStorageAway() {
    return storageAway;
  }

  /** Lets everything go; nothing may poll afterwards. */
  void close() {
    for (Long version : List.copyOf(loaded.keySet())) {
      set(VersionStatus.of(version, State.UNLOADING));
      loaded.remove(version).release();
    }
  }
}
