package io.shardjdbc.generate;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Writes {@code Binding} and the record that each setter makes of what it is given. */
final class BindingSources {

  private BindingSources() {}

  static SourceWriter binding() {
    return new SourceWriter(
            Families.PACKAGE,
            "Binding",
            "One value that a caller has bound, to be bound again on the shards that need it.",
            "public interface Binding")
        .member(
            """
            /**
             * What routing sees: the value as the server is sent it, null for NULL, or
             * {@link Unread#VALUE} where only the driver knows what that is.
             */
            @org.jspecify.annotations.Nullable Object value();
            """
                .strip())
        .member(
            """
            /** Stands for a value that is not NULL and says nothing of a shard key. */
            enum Unread {
              VALUE
            }
            """
                .strip())
        .member(
            """
            /** Binds the value at a marker, counted from 1, of a physical statement. */
            void bind(java.sql.PreparedStatement target, int index) throws java.sql.SQLException;
            """
                .strip())
        .member(
            """
            /** Whether it can be bound more than once: false for streams, which are read only once. */
            default boolean isRepeatable() {
              return true;
            }
            """
                .strip());
  }

  static String recordName(JdbcMethod setter) {
    String suffix =
        IntStream.range(2, setter.parameterTypes().size())
            .mapToObj(i -> simple(setter.parameterTypes().get(i)))
            .collect(Collectors.joining());
    boolean byStream = isStream(setter) && !setter.name().endsWith("Stream");
    String value = byStream ? simple(setter.parameterTypes().get(1)) : "";
    return "S" + setter.name().substring(1) + value + suffix;
  }

  private static String simple(String type) {
    String name = type.substring(type.lastIndexOf('.') + 1);
    return Character.toUpperCase(name.charAt(0)) + name.substring(1);
  }

  private static boolean isStream(JdbcMethod setter) {
    return setter.parameterTypes().get(1).startsWith("java.io.");
  }

  /** With a target type, the driver converts the value before the server sees it. */
  private static String valueOf(JdbcMethod setter) {
    if (setter.name().equals("setNull")) {
      return "null";
    }
    boolean converted = setter.name().equals("setObject") && setter.parameterTypes().size() > 2;
    return converted ? "p2 == null ? null : Unread.VALUE" : "p2";
  }

  static String record(JdbcMethod setter) {
    String name = recordName(setter);
    String value = valueOf(setter);
    String once =
        isStream(setter)
            ? """

              @Override
              public boolean isRepeatable() {
                return false;
              }
            """
            : setter.parameterTypes().get(1).equals("java.lang.Object")
                ? """

                  @Override
                  public boolean isRepeatable() {
                    return !(p2 instanceof java.io.InputStream || p2 instanceof java.io.Reader);
                  }
                """
                : "";
    return """
    private record %s(%s) implements Binding {
      @Override
      public Object value() {
        return %s;
      }

      @Override
      public void bind(java.sql.PreparedStatement target, int index)
          throws java.sql.SQLException {
        target.%s(index, %s);
      }
    %s
      @Override
      public String toString() {
        return "%s";
      }
    }\
    """
        .formatted(
            name,
            setter.declarationsFrom(2),
            value,
            setter.name(),
            setter.argumentsFrom(2),
            once.stripTrailing() + (once.isEmpty() ? "" : "\n"),
            name);
  }
}
