package io.shardjdbc.routing.plan;

import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog.TableShape;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import io.shardjdbc.routing.sql.lex.SqlSyntaxException;
import io.shardjdbc.routing.sql.parse.SqlParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the one shard that knows all tables and views that a text names. */
final class Describer {

  /** Views that read each other without end are an error of the server's own. */
  private static final int MOST_VIEWS = 20;

  private final Tables tables;
  private int views;

  Describer(Tables tables) {
    this.tables = tables;
  }

  /** Empty where any shard knows them, or none does. */
  Optional<ShardId> of(String sql) {
    List<FromItem.Table> mentioned = new ArrayList<>();
    try {
      TextPlanner.collect(SqlParser.parse(sql, QuestionMarks.PARAMETERS).statement(), mentioned);
    } catch (SqlSyntaxException e) {
      return Optional.empty(); // whichever server is asked says so
    }
    ShardId first = tables.map().first();
    for (FromItem.Table node : mentioned) {
      List<String> name = Tables.local(node.name());
      if (Tables.isSystem(name)) {
        continue;
      }
      Optional<Table> table = tables.configuration().table(name);
      if (table.orElse(null) instanceof Table.Single single && !single.shard().equals(first)) {
        return Optional.of(single.shard());
      }
      Optional<ShardId> behind = table.isPresent() ? Optional.empty() : ofView(name);
      if (behind.isPresent()) {
        return behind;
      }
    }
    return Optional.empty();
  }

  private Optional<ShardId> ofView(List<String> name) {
    boolean view = tables.catalog().table(name).map(TableShape::view).orElse(false);
    return view && views++ < MOST_VIEWS
        ? tables.catalog().view(name).flatMap(this::of)
        : Optional.empty();
  }
}
