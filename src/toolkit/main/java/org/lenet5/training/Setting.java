package org.lenet5.training;

import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One thing that decides what a training computes: a row of {@link Settings}, from which come its
 * flag, its help, its place in {@code run.json} and its column in TensorBoard's HPARAMS. Immutable.
 *
 * @param <T> its value
 */
public final class Setting<T> {
  /** What a setting is about: the help and the documentation list settings under these. */
  public enum Group {
    DATA("Data"),
    TRAINING("Training"),
    REPEATING("Repeating a run");

    private final String heading;

    Group(String heading) {
      this.heading = heading;
    }

    /** For people. */
    public String heading() {
      return heading;
    }
  }

  private final String name;
  private final Function<String, T> parser;
  private final Function<T, String> printer;
  private final Predicate<T> check;
  private final String right;
  private final boolean number;
  private final boolean switched;
  private final String label;
  private final String standard;
  private final String standardForPeople;
  private final Group group;
  private final String help;

  private Setting(Entry<T> entry, Group group, String help) {
    this.name = entry.name;
    this.parser = entry.parser;
    this.printer = entry.printer;
    this.check = entry.check;
    this.right = entry.right;
    this.number = entry.number;
    this.switched = entry.switched;
    this.label = entry.label;
    this.standard = entry.standard;
    this.standardForPeople = entry.standardForPeople;
    this.group = group;
    this.help = help;
  }

  /**
   * Begins an entry of the table.
   *
   * @param name the flag without its dashes: small letters and single hyphens
   * @param parser reads the flag's text, or throws a {@link NumberFormatException}, or an {@link
   *     IllegalArgumentException} whose message goes on after "--name text: "
   */
  static <T> Entry<T> of(String name, Function<String, T> parser) {
    return new Entry<>(name, parser);
  }

  /** An entry of the table until it is whole. */
  static final class Entry<T> {
    private final String name;
    private final Function<String, T> parser;
    private Function<T, String> printer = String::valueOf;
    private Predicate<T> check = value -> true;
    private String right = "";
    private boolean number;
    private boolean switched;
    private String label = "NAME";
    private String standard = "";
    private String standardForPeople = "";

    private Entry(String name, Function<String, T> parser) {
      this.name = name;
      this.parser = parser;
    }

    /** How a value is written, so that the parser reads it again. */
    Entry<T> written(Function<T, String> how) {
      printer = how;
      return this;
    }

    /** A number: a JSON number in {@code run.json}, a column that HPARAMS sorts by size. */
    Entry<T> number(String valueLabel) {
      number = true;
      return label(valueLabel);
    }

    /** A flag without a value on the command line, which sets it to true. */
    Entry<T> switchedOn() {
      switched = true;
      return label("");
    }

    /** What stands for a value in the help. */
    Entry<T> label(String valueLabel) {
      label = valueLabel;
      return this;
    }

    /** Which values can be used: "must be " goes before {@code what}. */
    Entry<T> must(Predicate<T> hold, String what) {
      check = hold;
      right = what;
      return this;
    }

    /**
     * The value where nothing is said, as the flag would say it. A run from before the setting
     * existed is read with it, so it must stand for what was done then, or the manifest's format
     * must say what was.
     */
    Entry<T> standard(String text) {
      return standard(text, text);
    }

    /** The same where the help has other words for it. */
    Entry<T> standard(String text, String forPeople) {
      standard = text;
      standardForPeople = forPeople;
      return this;
    }

    /** The whole entry; {@code help} is a sentence or two, without the default. */
    Setting<T> help(Group group, String help) {
      return new Setting<>(this, group, help);
    }
  }

  /** The flag without its dashes, such as {@code batch-size}. */
  public String name() {
    return name;
  }

  /** The property's name in {@code run.json}, such as {@code batch_size}. */
  public String property() {
    return name.replace('-', '_');
  }

  /**
   * True for numbers: in {@code run.json}, and for TensorBoard's HPARAMS (float64, else string).
   */
  public boolean isNumber() {
    return number;
  }

  /** True if its flag has no value and sets it to true. */
  public boolean isSwitch() {
    return switched;
  }

  /** What stands for a value in the help. */
  public String label() {
    return label;
  }

  /** Which values can be used, after "must be"; empty if the parser says it. */
  public String right() {
    return right;
  }

  /** The value where nothing is said, in words. */
  public String standard() {
    return standardForPeople;
  }

  /** What it is about. */
  public Group group() {
    return group;
  }

  /** What it does, in a sentence or two without the default. */
  public String help() {
    return help;
  }

  /** The value where nothing is said. */
  public T standardValue() {
    return parse(standard);
  }

  /**
   * The value among settings by flag, without dashes; the standard one where they do not say it.
   */
  public T in(Map<String, String> settings) {
    return parse(settings.getOrDefault(name, standard));
  }

  /** A value as its flag would say it. */
  public String text(T value) {
    return printer.apply(value);
  }

  /**
   * Reads a value.
   *
   * @throws IllegalArgumentException "--name text: must be …"
   */
  public T parse(String text) {
    T value;
    try {
      value = parser.apply(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("--" + name + " " + text + ": must be a number", e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--" + name + " " + text + ": " + e.getMessage(), e);
    }
    return checked(value, text);
  }

  /**
   * Accepts a value that can be used.
   *
   * @throws IllegalArgumentException "--name value: must be …"
   */
  public T check(T value) {
    return checked(value, value == null ? "null" : text(value));
  }

  private T checked(T value, String text) {
    if (value == null || !check.test(value)) {
      throw new IllegalArgumentException(
          "--" + name + " " + text + ": must be " + (right.isEmpty() ? "a value" : right));
    }
    return value;
  }

  @Override
  public String toString() {
    return "--" + name;
  }
}
