package io.shardjdbc.testkit.generate;

import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The values of a shard key: few enough to be met, and on all shards. */
enum KeyDomain {
  INT8(SqlType.INT8, integers("0", "-7", "9007199254740993", "4294967296")),
  INT4(SqlType.INT4, integers("0", "-7", "2147483647", "65536")),
  INT2(SqlType.INT2, integers("0", "-7", "32767", "300")),
  TEXT(SqlType.TEXT, texts()),
  VARCHAR(SqlType.VARCHAR, shortTexts()),
  UUID_KEY(SqlType.UUID, uuids());

  private final SqlType type;

  @SuppressWarnings("ImmutableEnumChecker") // all lists given to it are immutable
  private final List<String> values;

  KeyDomain(SqlType type, List<String> values) {
    this.type = type;
    this.values = List.copyOf(values);
  }

  SqlType type() {
    return type;
  }

  /** A value as bare text; the first ones come more often. */
  String value(Dice dice) {
    int bound = dice.chance(50) ? 5 : values.size();
    return values.get(dice.below(bound));
  }

  /** A value as a literal without its type. */
  String literal(Dice dice) {
    String value = value(dice);
    return type.isInteger() ? value : "'" + value.replace("'", "''") + "'";
  }

  private static List<String> integers(String... special) {
    return Stream.concat(
            IntStream.rangeClosed(1, 14).mapToObj(Integer::toString), Stream.of(special))
        .toList();
  }

  private static List<String> texts() {
    return List.of(
        "a", "B", "b", "A", "", "é", "e\u0301", "Zoë", "x y", "it's", "10", "日本", "c", "d", "tail ",
        "%");
  }

  /** Without blanks at the end, which varchar(n) may cut. */
  private static List<String> shortTexts() {
    return texts().stream().filter(text -> !text.endsWith(" ")).toList();
  }

  private static List<String> uuids() {
    return IntStream.range(0, 14)
        .mapToObj(i -> new UUID(0x1234_5678_9abc_4000L + i * 7919L, Long.MIN_VALUE + i).toString())
        .toList();
  }
}
