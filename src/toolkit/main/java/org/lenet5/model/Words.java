package org.lenet5.model;

import java.util.ArrayList;
import java.util.List;

/** The words of a network's line behind the layer's name and kind, taken one after the other. */
final class Words {
  private static final int MOST = 65_536;

  private final String name;
  private final List<String> left;
  private final List<String> from;

  /**
   * @param name of the layer
   * @param words behind its kind
   */
  Words(String name, List<String> words) {
    this.name = name;
    this.left = new ArrayList<>(words);
    int at = left.indexOf("from");
    if (at < 0) {
      from = List.of();
    } else {
      if (at != left.size() - 2) {
        throw new IllegalArgumentException("from: one layer's name must follow, and nothing else");
      }
      from = List.of(left.get(at + 1));
      left.subList(at, left.size()).clear();
    }
  }

  /** The layer's name. */
  String name() {
    return name;
  }

  /** The layer behind {@code from}; empty without it: the one above. */
  List<String> from() {
    return from;
  }

  /** The next word; {@code what} says what it must be. */
  String next(String what) {
    if (left.isEmpty()) {
      throw new IllegalArgumentException(what + " is missing");
    }
    return left.remove(0);
  }

  /** The next word as a whole number from 1. */
  int number(String what) {
    return number(what, next(what));
  }

  /** The next word as HEIGHTxWIDTH, each from 1. */
  int[] size(String what) {
    String word = next(what);
    String[] sides = word.split("x", -1);
    if (sides.length != 2) {
      throw new IllegalArgumentException(word + ": " + what + " must be HEIGHTxWIDTH, such as 3x3");
    }
    return new int[] {number(what, sides[0]), number(what, sides[1])};
  }

  /** Takes a word if it stands among those that are left. */
  boolean flag(String word) {
    return left.remove(word);
  }

  /** The word behind a keyword among those that are left; {@code otherwise} without it. */
  String option(String keyword, String otherwise) {
    int at = left.indexOf(keyword);
    if (at < 0) {
      return otherwise;
    }
    if (at + 1 == left.size()) {
      throw new IllegalArgumentException(keyword + ": its value is missing");
    }
    left.remove(at);
    return left.remove(at);
  }

  /** {@link #option} as a whole number from 1. */
  int option(String keyword, int otherwise) {
    return number(keyword, option(keyword, Integer.toString(otherwise)));
  }

  /** Refuses what is left. */
  void end() {
    if (!left.isEmpty()) {
      throw new IllegalArgumentException(left.get(0) + ": has no meaning here");
    }
  }

  private static int number(String what, String word) {
    if (!word.matches("[1-9]\\d{0,4}") || Integer.parseInt(word) > MOST) {
      throw new IllegalArgumentException(
          word + ": " + what + " must be a whole number from 1 to " + MOST);
    }
    return Integer.parseInt(word);
  }
}
