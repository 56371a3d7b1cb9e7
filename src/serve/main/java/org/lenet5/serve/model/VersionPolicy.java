package org.lenet5.serve.model;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which versions of a model are served.
 *
 * @param latest the so many highest numbers; 0 if {@code specific} says it
 * @param specific these; empty for the latest
 */
public record VersionPolicy(int latest, Set<Long> specific) {
  /** The highest number alone. */
  public static final VersionPolicy LATEST = new VersionPolicy(1, Set.of());

  public VersionPolicy {
    specific = Set.copyOf(specific);
  }

  /**
   * Reads a policy: {@code latest}, {@code latest:2}, {@code all}, or numbers {@code 1,2}.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static VersionPolicy parse(String text) {
    if (text.equals("all")) {
      return new VersionPolicy(Integer.MAX_VALUE, Set.of());
    }
    if (text.equals("latest")) {
      return LATEST;
    }
    if (text.matches("latest:[1-9]\\d{0,8}")) {
      return new VersionPolicy(Integer.parseInt(text.substring("latest:".length())), Set.of());
    }
    if (text.matches("\\d{1,18}(,\\d{1,18})*")) {
      return new VersionPolicy(
          0, Arrays.stream(text.split(",")).map(Long::valueOf).collect(Collectors.toSet()));
    }
    throw new IllegalArgumentException(
        "versions (" + text + ") must be latest, latest:N, all, or numbers such as 1,2");
  }

  /** Of the versions that there are, those to serve. */
  Set<Long> choose(Collection<Long> there) {
    return there.stream()
        .filter(each -> specific.isEmpty() || specific.contains(each))
        .sorted(Comparator.reverseOrder())
        .limit(specific.isEmpty() ? latest : specific.size())
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
