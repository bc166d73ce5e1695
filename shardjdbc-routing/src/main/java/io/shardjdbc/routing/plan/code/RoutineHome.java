package io.shardjdbc.routing.plan.code;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.sql.Name;
import io.shardjdbc.routing.sql.Utility;
import io.shardjdbc.routing.sql.routine.RoutineText;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The one shard where a function is, or has to be, that other shards cannot have.
 *
 * <p>A server takes a function in SQL only where it has the tables that this names, and one that
 * returns a table's rows only where it has that table. So a function of tables that live on one
 * shard is on that shard alone, as a view of them is, and {@link CodeCheck} sends its callers
 * there.
 */
public final class RoutineHome {

  private final Tables tables;

  public RoutineHome(Tables tables) {
    this.tables = tables;
  }

  /**
   * The shard; empty where the statement is about no function, or about one of all shards.
   *
   * @throws RoutingException where no shard has all tables that a new function names
   */
  public Optional<ShardId> of(Utility utility, String sql) {
    if (tables.isAlone() || !RoutineText.isAbout(utility.object())) {
      return Optional.empty();
    }
    RoutineText text = RoutineText.of(sql);
    Set<ShardId> now =
        text.names().stream()
            .flatMap(name -> tables.catalog().shardsWithRoutine(Tables.local(name)).stream())
            .collect(Collectors.toSet());
    if (!utility.verb().equals("create")) {
      return now.size() == 1 ? Optional.of(now.iterator().next()) : Optional.empty();
    }
    Optional<ShardId> home = ofNew(text);
    boolean isElsewhere = home.isPresent() && !Set.of(home.get()).containsAll(now);
    return isElsewhere ? Optional.empty() : home; // what is replaced has to stay where it is
  }

  private Optional<ShardId> ofNew(RoutineText text) {
    Reach reach = NumberedByCode.reaches(tables).of(text.body());
    Set<List<String>> named = new LinkedHashSet<>(reach.reads());
    named.addAll(reach.writes());
    Name returned = text.returned();
    if (returned != null) {
      named.add(Tables.local(returned));
    }
    Map<ShardId, String> homes = new LinkedHashMap<>();
    for (List<String> name : named) {
      for (Table table : Tables.isSystem(name) ? List.<Table>of() : tables.behind(name)) {
        if (table instanceof Table.Single single && !isOnAll(name)) {
          homes.putIfAbsent(single.shard(), Identifiers.display(name));
        }
      }
    }
    if (homes.size() > 1) {
      throw new RoutingException(ErrorCode.SINGLE_TABLES_APART, String.join(", ", homes.values()));
    }
    return homes.keySet().stream().findFirst();
  }

  /** Whether all shards have a relation of the name: a type of rows, which has none itself. */
  private boolean isOnAll(List<String> name) {
    return tables.catalog().shardsWith(name).containsAll(tables.shards());
  }
}
