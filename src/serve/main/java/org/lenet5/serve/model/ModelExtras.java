package org.lenet5.serve.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a model brings for people. Read when it is loaded, so that nothing that a request names is
 * looked for in the file system.
 *
 * @param examples pictures of its data by their names, PNG: its golden images, some of them
 * @param card the model card in Markdown, from beside the versions; null if there is none
 */
public record ModelExtras(Map<String, byte[]> examples, String card) {
  private static final String NAME = "[A-Za-z0-9_-]{1,60}\\.png";
  private static final int MOST_EXAMPLES = 20;
  private static final long MOST_BYTES = 1_000_000;

  static ModelExtras read(Path version) throws IOException {
    Map<String, byte[]> examples = new LinkedHashMap<>();
    Path golden = version.resolve("assets.extra").resolve("golden");
    if (Files.isDirectory(golden)) {
      for (Path each : pictures(golden)) {
        if (Files.size(each) <= MOST_BYTES) {
          examples.put(each.getFileName().toString(), Files.readAllBytes(each));
        }
      }
    }
    Path card = version.resolveSibling("README.md");
    boolean hasCard = Files.isRegularFile(card) && Files.size(card) <= MOST_BYTES;
    return new ModelExtras(
        Collections.unmodifiableMap(examples), hasCard ? Files.readString(card) : null);
  }

  // 10.png after 9.png.
  private static List<Path> pictures(Path golden) throws IOException {
    try (Stream<Path> all = Files.list(golden)) {
      return all.filter(each -> each.getFileName().toString().matches(NAME))
          .sorted(
              Comparator.comparingInt((Path each) -> each.getFileName().toString().length())
                  .thenComparing(Comparator.naturalOrder()))
          .limit(MOST_EXAMPLES)
          .toList();
    }
  }
}
