package io.shardjdbc.routing.yaml;

import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.time.IsoTexts;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the keys that a placement lists, as what their columns are.
 *
 * @param types one for each column of the key
 */
record KeyYaml(List<KeyType> types) {
  private static final Map<String, KeyType> WORDS =
      Arrays.stream(KeyType.values()).collect(Collectors.toMap(KeyType::sqlName, type -> type));

  /** By a {@code type: text} or {@code type: [text, bigint]}; of bigints where it is not given. */
  static KeyYaml of(Optional<YamlNode> type) {
    return new KeyYaml(
        type.map(node -> node.listOrOne().stream().map(KeyYaml::typeOf).toList())
            .orElse(List.of(KeyType.INTEGER)));
  }

  /** The type that a value names. */
  static KeyType typeOf(YamlNode node) {
    return node.choice(WORDS);
  }

  /** The key that a value, or a list of values, is. */
  Key read(YamlNode node) {
    List<YamlNode> columns = node.listOrOne();
    if (columns.size() != types.size()) {
      throw node.fault("must have " + types.size() + " columns, as the placement's type");
    }
    List<Key> keys = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      keys.add(key(types.get(i), columns.get(i), columns.get(i).text()));
    }
    return Key.ofColumns(keys);
  }

  /** The key of one column whose text stands at the node. */
  Key read(YamlNode node, String text) {
    if (types.size() != 1) {
      throw node.fault("must be under a placement of one column");
    }
    return key(types.get(0), node, text);
  }

  private static Key key(KeyType type, YamlNode node, String text) {
    try {
      return switch (type) {
        case INTEGER -> Key.of(Long.parseLong(text));
        case TEXT -> Key.of(text);
        case UUID -> uuid(text);
        case DATE -> Key.of(read(IsoTexts.date(text)));
        case TIMESTAMP -> Key.of(read(IsoTexts.timestamp(text)));
        case TIMESTAMPTZ -> Key.of(read(IsoTexts.instant(text)));
        case NUMERIC -> Key.of(new BigDecimal(text));
      };
    } catch (IllegalArgumentException e) {
      throw node.fault("must be a " + type.sqlName() + ", the placement's type");
    }
  }

  private static <T> T read(@Nullable T time) {
    if (time == null) {
      throw new IllegalArgumentException("not in that form");
    }
    return time;
  }

  private static Key uuid(String text) {
    // UUID.fromString also takes shortened groups; the server does not.
    if (text.length() != 36) {
      throw new IllegalArgumentException("not a uuid");
    }
    return Key.of(UUID.fromString(text));
  }
}
