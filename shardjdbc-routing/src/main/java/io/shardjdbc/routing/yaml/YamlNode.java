package io.shardjdbc.routing.yaml;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A value in a configuration, with its line and path, read by type.
 *
 * <p>Every reading method throws a {@link RoutingException} of {@link ErrorCode#BAD_CONFIGURATION}
 * with line and path when the value is of another type.
 */
public final class YamlNode {
  private static final Set<Tag> TAGS =
      Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL, Tag.ENV_TAG, Tag.SEQ, Tag.MAP);

  private final Node node;
  private final int line;
  private final String path;
  private final EnvironmentLookup environment;

  YamlNode(Node node, int line, String path, EnvironmentLookup environment) {
    this.node = node;
    this.line = line;
    this.path = path;
    this.environment = environment;
    if (!TAGS.contains(node.getTag())) {
      throw fault("has a tag; only plain YAML is read");
    }
  }

  /** The line it stands on, from 1: that of its key where it has one. */
  public int line() {
    return line;
  }

  /** The keys that lead to it, such as {@code shards.s0.replicas[1].url}. */
  public String path() {
    return path;
  }

  /** Whether it is a single value and not a map or a list. */
  public boolean isScalar() {
    return node instanceof ScalarNode;
  }

  /** Whether it is a list. */
  public boolean isList() {
    return node instanceof SequenceNode;
  }

  /** The value with {@code ${NAME}} and {@code ${NAME:-default}} filled in; never empty. */
  public String text() {
    return optionalText().orElseThrow(() -> fault("has no value"));
  }

  /** The same, or nothing when what is filled in is empty: {@code ${PASSWORD:-}}. */
  public Optional<String> optionalText() {
    if (!(node instanceof ScalarNode scalar)) {
      throw fault("must be a single value");
    }
    if (node.getTag().equals(Tag.NULL) || scalar.getValue().isEmpty()) {
      throw fault("has no value");
    }
    String filled = Variables.fill(scalar.getValue(), environment, this);
    return filled.isEmpty() ? Optional.empty() : Optional.of(filled);
  }

  /** A whole number from {@code least} on. */
  public int integer(int least) {
    long number = wholeNumber();
    if (number < least) {
      throw fault("must be at least " + least);
    }
    if (number > Integer.MAX_VALUE) {
      throw fault("must be at most " + Integer.MAX_VALUE);
    }
    return (int) number;
  }

  /** A whole number of 64 bits. */
  public long wholeNumber() {
    try {
      return Long.parseLong(text());
    } catch (NumberFormatException e) {
      throw fault("must be a whole number");
    }
  }

  /** {@code true} or {@code false}. */
  public boolean flag() {
    return choice(Map.of("true", true, "false", false));
  }

  /** A length of time with its unit: {@code 500ms}, {@code 30s}, {@code 2m}, {@code 1h}. */
  public Duration duration() {
    return Quantities.duration(text())
        .orElseThrow(
            () -> fault("must be a length of time with its unit, such as 500ms, 30s or 2m"));
  }

  /** A number of bytes with its unit: {@code 512B}, {@code 64kB}, {@code 64MB}, {@code 1GB}. */
  public long bytes() {
    return Quantities.bytes(text())
        .orElseThrow(() -> fault("must be a size with its unit, such as 512kB, 64MB or 1GB"));
  }

  /** One of these words. */
  public <T> T choice(Map<String, T> words) {
    String word = text();
    T chosen = words.get(word);
    if (chosen == null) {
      throw fault(
          "must be " + Names.oneOf(words.keySet()) + Names.suggestion(word, words.keySet()));
    }
    return chosen;
  }

  /** Its values, when it is a list; itself alone, when it is a single value. */
  public List<YamlNode> listOrOne() {
    return isScalar() ? List.of(this) : list();
  }

  /** Its values. */
  public List<YamlNode> list() {
    if (!(node instanceof SequenceNode sequence)) {
      throw fault("must be a list");
    }
    List<YamlNode> values = new ArrayList<>();
    for (Node value : sequence.getValue()) {
      String valuePath = path + "[" + values.size() + "]";
      values.add(new YamlNode(value, lineOf(value, line), valuePath, environment));
    }
    return List.copyOf(values);
  }

  /** Its entries. */
  public YamlMap map() {
    if (!(node instanceof MappingNode mapping)) {
      throw fault("must be a map");
    }
    return new YamlMap(this, mapping, environment);
  }

  /**
   * Runs what makes something of values that are read already, adding line and path to what it
   * complains about.
   */
  public <T> T build(Supplier<T> construction) {
    try {
      return construction.get();
    } catch (RoutingException e) {
      throw at(": " + unframed(e));
    } catch (IllegalArgumentException e) {
      throw at(": " + e.getMessage());
    }
  }

  /** What frames the reason elsewhere ("placement: ...") is said by the path here. */
  private static String unframed(RoutingException e) {
    String frame = e.code().template().replace("{0}", "");
    String reason = e.problem();
    return reason.startsWith(frame) ? reason.substring(frame.length()) : reason;
  }

  /** The exception that this value is wrong. */
  public RoutingException fault(String reason) {
    return at(" " + reason);
  }

  private RoutingException at(String reason) {
    return new RoutingException(
        ErrorCode.BAD_CONFIGURATION,
        "line " + line + ": " + (path + reason).replaceFirst("^:? ", ""));
  }

  static int lineOf(Node node, int otherwise) {
    Optional<Mark> mark = node.getStartMark();
    return mark.isPresent() ? mark.get().getLine() + 1 : otherwise;
  }

  /** Where it is; never what. */
  @Override
  public String toString() {
    return "line " + line + ": " + path;
  }
}
