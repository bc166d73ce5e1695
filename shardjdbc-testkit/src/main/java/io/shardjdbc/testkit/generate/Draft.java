package io.shardjdbc.testkit.generate;

import io.shardjdbc.testkit.twin.Parameter;
import io.shardjdbc.testkit.twin.Trial;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A statement that is being written: its dice, parameters and aliases. Not thread-safe.
 *
 * <p>Parts of a statement are not written in the order of the text, so a parameter stands in it as
 * a marker with its number until the whole is there.
 */
final class Draft {

  private static final Pattern MARKER = Pattern.compile("\u0001(\\d+)\u0002");

  private final Dice dice;
  private final GeneratedSchema schema;
  private final boolean plain;
  private final List<Parameter> parameters = new ArrayList<>();
  private int aliases;

  Draft(Dice dice, GeneratedSchema schema, boolean plain) {
    this.dice = dice;
    this.schema = schema;
    this.plain = plain;
  }

  Dice dice() {
    return dice;
  }

  GeneratedSchema schema() {
    return schema;
  }

  /** Whether it has to do without parameters. */
  boolean isPlain() {
    return plain;
  }

  /** A name that nothing else in the statement has. */
  String alias(String prefix) {
    return prefix + aliases++;
  }

  /** A place for a parameter. */
  String parameter(Parameter parameter) {
    parameters.add(parameter);
    return "\u0001" + (parameters.size() - 1) + "\u0002";
  }

  /** The parameters that were made so far, by the numbers in the markers. */
  List<Parameter> parameters() {
    return parameters;
  }

  /** The statement of a text with markers. */
  Trial finish(String text) {
    return finish(text, parameters, plain);
  }

  /**
   * The statement of a text with markers, whose parameters may stand anywhere, often, or nowhere.
   */
  static Trial finish(String text, List<Parameter> parameters, boolean plain) {
    List<Parameter> used = new ArrayList<>();
    Matcher marker = MARKER.matcher(text);
    StringBuilder sql = new StringBuilder();
    while (marker.find()) {
      used.add(parameters.get(Integer.parseInt(marker.group(1))));
      marker.appendReplacement(sql, "?");
    }
    marker.appendTail(sql);
    return new Trial(sql.toString(), used, plain, 0, 0);
  }
}
