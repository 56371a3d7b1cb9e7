package org.lenet5.cli;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Names cut to the room there is, so that they still differ. */
final class ShortNames {
  private ShortNames() {}

  /**
   * Each name with what to show of it: all of it, or its beginning and its end with an ellipsis
   * between them.
   *
   * @param names that differ
   * @param room letters for each, at least 3
   */
  static Map<String, String> of(List<String> names, int room) {
    int letters = room - 1;
    // From as much of the beginning as of the end to less and less of one of them.
    for (int off = 0; off <= letters; off++) {
      int step = off % 2 == 0 ? off / 2 : -(off + 1) / 2;
      int head = (letters + 1) / 2 + step;
      if (head < 0 || head > letters) {
        continue;
      }
      Map<String, String> shown = new LinkedHashMap<>();
      names.forEach(name -> shown.put(name, cut(name, head, letters - head, room)));
      if (new HashSet<>(shown.values()).size() == names.size()) {
        return shown;
      }
    }
    return numbered(names, room);
  }

  private static String cut(String name, int head, int tail, int room) {
    return name.length() <= room
        ? name
        : name.substring(0, head) + "…" + name.substring(name.length() - tail);
  }

  // Names that differ only in a place that is always cut out.
  private static Map<String, String> numbered(List<String> names, int room) {
    Map<String, String> shown = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      String number = "…" + (i + 1);
      shown.put(
          name,
          name.length() <= room
              ? name
              : name.substring(0, Math.max(0, room - number.length())) + number);
    }
    return shown;
  }
}
