package io.shardjdbc.testkit.twin;

import java.sql.Connection;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Values for the parameters of statements that come without any: of the types that a server names.
 */
final class DescribedParameters {

  private final Connection server;
  private final Random random;

  /**
   * @param server a connection that is not in autocommit mode; nothing stays on it
   */
  DescribedParameters(Connection server, long seed) {
    this.server = server;
    this.random = new Random(seed);
  }

  /** The statement with values; a plain one if the server refuses to describe it. */
  Trial of(String sql) throws SQLException {
    try (PreparedStatement statement = server.prepareStatement(sql)) {
      ParameterMetaData described = statement.getParameterMetaData();
      List<Parameter> parameters = new ArrayList<>();
      for (int i = 1; i <= described.getParameterCount(); i++) {
        parameters.add(value(described.getParameterTypeName(i)));
      }
      return new Trial(sql, parameters, false, 0, 0);
    } catch (SQLException e) {
      return Trial.plain(sql);
    } finally {
      server.rollback();
    }
  }

  private Parameter value(@Nullable String type) {
    int number = 1 + random.nextInt(9);
    if (type == null || random.nextInt(25) == 0) {
      return Parameter.ofNull(Types.NULL);
    }
    return switch (type) {
      case "int8" -> random.nextInt(4) == 0 ? Parameter.of(number) : Parameter.of((long) number);
      case "int4", "int2" -> Parameter.of(number % 4);
      case "numeric", "float8" -> Parameter.object("0.25", Types.OTHER);
      case "text", "varchar" -> Parameter.of(List.of("a", "ada", "1", "k").get(number % 4));
      case "_int8" -> Parameter.array("int8", (long) number, 2L, 2L, null);
      case "_text" -> Parameter.array("text", "a", "tag1");
      case "jsonb", "json" ->
          Parameter.object(number % 2 == 0 ? "{\"a\": 1}" : "[{\"a\": 0}]", Types.OTHER);
      case "bool" -> Parameter.of(number % 2 == 0);
      case "interval" -> Parameter.object("90 minutes", Types.OTHER);
      case "timestamptz", "timestamp", "date" -> Parameter.object("2024-05-01", Types.OTHER);
      default -> Parameter.object("1", Types.OTHER);
    };
  }
}
